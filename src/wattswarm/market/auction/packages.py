"""Vickrey-Clarke-Groves for packages of energy and time at a station with ports: N + 1 programs (8.7)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, vstack

from wattswarm.data import Floats
from wattswarm.market.auction.program import Maximum


class Wishes(NamedTuple):
    """What vehicles would have."""

    value: Floats
    """Worth of a kWh in each step, shape [vehicle, step] [currency/kWh]."""
    step_kwh: Floats
    """Most in each step, 0 while away, shape [vehicle, step] [kWh]."""
    stay_kwh: Floats
    """Most over the stay, shape [vehicle] [kWh]."""


class Offer(NamedTuple):
    """What a station has."""

    kwh: Floats
    """Energy of each step, shape [step] [kWh]."""
    cost: Floats
    """What a kWh costs it, shape [step] [currency/kWh]."""
    ports: float
    """Vehicles that charge at once; within a step ports change hands."""


class Packages(NamedTuple):
    """Who gets what when, and pays how much."""

    kwh: Floats
    """Shape [vehicle, step] [kWh]."""
    paid: Floats
    """Shape [vehicle] [currency]."""
    worth: Floats
    """What each vehicle's package is worth to it, shape [vehicle] [currency]."""
    welfare: float
    """Worth of all packages minus what their energy costs [currency]."""


def allocate_packages(wishes: Wishes, offer: Offer) -> Packages:
    """Give energy where it is worth most and charge each vehicle what the others lose by it.

    Paid is at least the cost of the energy, for without the vehicle it would not have been needed. To state
    true worths is best for every vehicle.

    Returns:
        The packages; payments are W(without vehicle) - (W - its worth).

    Raises:
        ArithmeticError: the program has no optimum; numbers that are not finite lead there.
    """
    vehicles, steps = wishes.value.shape
    columns = np.arange(vehicles * steps).reshape(vehicles, steps)
    program = Maximum(
        (wishes.value - offer.cost).ravel(),
        np.zeros(columns.size),
        wishes.step_kwh.astype(np.float64).ravel(),
        _rows(wishes),
        np.full(2 * steps + vehicles, -np.inf),
        np.concatenate([offer.kwh, np.full(steps, float(offer.ports)), wishes.stay_kwh]),
    )
    best = program.solve()
    kwh = best.x.reshape(vehicles, steps)
    worth = (wishes.value * kwh).sum(axis=1)
    others = best.value - worth
    without = np.array([program.value_without(columns[vehicle]) for vehicle in range(vehicles)])
    paid = np.where(kwh.sum(axis=1) > 0, without - others, 0.0)
    return Packages(kwh, paid, worth, best.value)


def _rows(wishes: Wishes) -> csr_matrix:
    """Return the rows of energy a step, ports a step and energy a stay."""
    vehicles, steps = wishes.value.shape
    column = np.arange(vehicles * steps)
    vehicle, step = np.divmod(column, steps)
    most = wishes.step_kwh.ravel()
    of_port = np.divide(1.0, most, out=np.zeros_like(most), where=most > 0)
    ones = np.ones(len(column))
    energy = csr_matrix((ones, (step, column)), (steps, len(column)))
    ports = csr_matrix((of_port, (step, column)), (steps, len(column)))
    stays = csr_matrix((ones, (vehicle, column)), (vehicles, len(column)))
    return vstack([energy, ports, stays], format="csr")
