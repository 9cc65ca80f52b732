"""Packages of energy and time: externalities, no gain from a lie, limits, Vickrey as the smallest case."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from wattswarm.market.auction import Offer, Packages, Wishes, allocate_packages


def station(seed: int, vehicles: int = 4, steps: int = 5) -> tuple[Wishes, Offer]:
    rng = np.random.default_rng(seed)
    arrival = rng.integers(0, steps - 1, vehicles)
    departure = arrival + rng.integers(1, steps, vehicles)
    step = np.arange(steps)
    present = (arrival[:, None] <= step) & (step < departure[:, None])
    value = rng.uniform(0.1, 0.6, (vehicles, 1)) - 0.02 * step
    wishes = Wishes(value, 7.0 * present, rng.uniform(4.0, 16.0, vehicles))
    return wishes, Offer(rng.uniform(5.0, 12.0, steps), rng.uniform(0.05, 0.25, steps), 2.0)


def most(wishes: Wishes, offer: Offer) -> float:
    """Return the greatest welfare by rows written out one by one."""
    vehicles, steps = wishes.value.shape
    rows, right = [], []
    for step in range(steps):
        for weight, limit in (
            (np.ones(vehicles), offer.kwh[step]),
            (np.where(wishes.step_kwh[:, step] > 0, 1 / 7.0, 0.0), offer.ports),
        ):
            row = np.zeros((vehicles, steps))
            row[:, step] = weight
            rows.append(row.ravel())
            right.append(limit)
    for vehicle in range(vehicles):
        row = np.zeros((vehicles, steps))
        row[vehicle] = 1.0
        rows.append(row.ravel())
        right.append(wishes.stay_kwh[vehicle])
    bounds = [(0.0, high) for high in wishes.step_kwh.ravel()]
    found = linprog(-(wishes.value - offer.cost).ravel(), A_ub=np.array(rows), b_ub=right, bounds=bounds)
    return float(-found.fun)


def without(wishes: Wishes, vehicle: int) -> Wishes:
    step_kwh = wishes.step_kwh.copy()
    step_kwh[vehicle] = 0.0
    return wishes._replace(step_kwh=step_kwh)


@pytest.mark.parametrize("seed", range(4))
def test_payments_are_what_the_others_lose_and_cover_the_cost(seed: int) -> None:
    wishes, offer = station(seed)
    packages = allocate_packages(wishes, offer)
    assert packages.welfare == pytest.approx(most(wishes, offer), abs=1e-9)
    for vehicle in range(len(wishes.value)):
        others = packages.welfare - packages.worth[vehicle]
        assert packages.paid[vehicle] == pytest.approx(
            most(without(wishes, vehicle), offer) - others, abs=1e-9
        )
    cost = (packages.kwh * offer.cost).sum(axis=1)
    assert (packages.paid >= cost - 1e-9).all()
    assert (packages.paid <= packages.worth + 1e-9).all()
    assert packages.kwh.sum() > 1.0


def test_no_limit_is_crossed() -> None:
    wishes, offer = station(1, vehicles=6)
    kwh = allocate_packages(wishes, offer).kwh
    assert (kwh <= wishes.step_kwh + 1e-9).all()
    assert (kwh.sum(axis=1) <= wishes.stay_kwh + 1e-9).all()
    assert (kwh.sum(axis=0) <= offer.kwh + 1e-9).all()
    assert (kwh.sum(axis=0) / 7.0 <= offer.ports + 1e-9).all()


def test_no_false_worth_and_no_false_need_gains_anything() -> None:
    rng = np.random.default_rng(0)
    for seed in range(6):
        wishes, offer = station(seed)
        honest = allocate_packages(wishes, offer)
        for _ in range(20):
            who = int(rng.integers(len(wishes.value)))
            value, stay = wishes.value.copy(), wishes.stay_kwh.copy()
            value[who] *= rng.uniform(0.3, 2.0)
            stay[who] *= rng.uniform(0.3, 1.0)
            told = allocate_packages(wishes._replace(value=value, stay_kwh=stay), offer)
            assert gain(wishes, told, who) <= gain(wishes, honest, who) + 1e-9


def gain(wishes: Wishes, packages: Packages, vehicle: int) -> float:
    return float((wishes.value[vehicle] * packages.kwh[vehicle]).sum() - packages.paid[vehicle])


def test_with_one_step_and_one_size_it_is_vickreys_auction() -> None:
    value = np.array([[0.2], [0.5], [0.4], [0.3]])
    wishes = Wishes(value, np.full((4, 1), 7.0), np.full(4, 7.0))
    packages = allocate_packages(wishes, Offer(np.array([100.0]), np.array([0.1]), 2.0))
    np.testing.assert_allclose(packages.kwh[:, 0], [0, 7, 7, 0], atol=1e-9)
    np.testing.assert_allclose(packages.paid, [0, 2.1, 2.1, 0], atol=1e-9)
