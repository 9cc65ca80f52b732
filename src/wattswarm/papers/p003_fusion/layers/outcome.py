"""What one policy comes to in one night: money, peak and valley, wear, waiting and satisfaction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from wattswarm.control import Run
from wattswarm.world import Scenario

_MET_KWH = 1e-2
"""Energy that may be missing from a target that counts as met."""


@dataclass(frozen=True)
class Night:
    """A night of one policy."""

    cost: float
    """Of the vehicles' energy: the site's bill less that of its households alone [currency]."""
    difference_kw: float
    """Highest less lowest net load."""
    highest_kw: float
    lowest_kw: float
    wear: float
    """Price of the batteries' ageing, by throughput [currency]."""
    through_kwh: float
    """Into and out of vehicles, at the grid side."""
    short_kwh: float
    """Missing at departure, all together."""
    fine: float
    """Price of it [currency]."""
    vehicles: int
    met: int
    """Of these, how many with their target."""
    waiting_h: float
    """Mean time from arrival until a vehicle was ready for good."""
    decided_s: float = math.nan
    """Processor time of a night's decisions [s]; NaN where it was not measured."""

    @property
    def money(self) -> float:
        """All of the objective but the peak-valley difference [currency]."""
        return self.cost + self.wear + self.fine

    def objective(self, difference: float) -> float:
        """Return objective (11), without households, at a price of the peak-valley difference [currency]."""
        return self.money + difference * self.difference_kw


def night_of(run: Run, *, decided_s: float | None = None) -> Night:
    """Return what a night comes to; `decided_s` is the time of its decisions [s] where the run has none."""
    flows, scenario = run.flows, run.scenario
    stays, hours = scenario.stays, scenario.arrays.dt_h
    net = np.asarray(flows.import_kw - flows.export_kw, np.float64)
    bill = _sum(flows.money.import_cost) - _sum(flows.money.export_income)
    missing = np.asarray(flows.shortfall_kwh, np.float64)[stays.end - 1, stays.port]
    through = _sum(flows.dispatch.charge_kw) + _sum(flows.dispatch.discharge_kw)
    return Night(
        cost=bill - household_bill(scenario),
        difference_kw=float(np.ptp(net)),
        highest_kw=float(net.max()),
        lowest_kw=float(net.min()),
        wear=_sum(flows.money.wear),
        through_kwh=through * hours,
        short_kwh=float(missing.sum()),
        fine=_sum(flows.money.unmet_penalty),
        vehicles=len(stays),
        met=int((missing <= _MET_KWH).sum()),
        waiting_h=float(waiting_h(run).mean()),
        decided_s=math.nan if decided_s is None else decided_s,
    )


def household_bill(scenario: Scenario) -> float:
    """Return what the households would pay without vehicles [currency]."""
    return float((scenario.import_price * scenario.base_kw.sum(axis=1)).sum() * scenario.arrays.dt_h)


def waiting_h(run: Run) -> Float[np.ndarray, " stay"]:
    """Return the hours until each target is held for good, the whole stay where it never is, shape [stay]."""
    scenario, stays = run.scenario, run.scenario.stays
    held = np.asarray(run.flows.energy_kwh, np.float64)[:, stays.port]
    step = np.arange(scenario.steps)[:, None]
    here = (step >= stays.begin) & (step < stays.end)
    before = np.vstack([np.zeros_like(held[:1]), held[:-1]])
    before = np.where(step == stays.begin, stays.arrival_kwh, before)
    lacking = here & (before < stays.target_kwh - _MET_KWH)
    last = np.where(lacking, step + 1, stays.begin[None]).max(axis=0)
    return np.asarray((last - stays.begin) * scenario.arrays.dt_h, np.float64)


def values(nights: Sequence[Night], difference: float) -> Float[np.ndarray, " night"]:
    """Return the negative objective of each night under a price of the difference, more is better."""
    return np.array([-night.objective(difference) for night in nights])


def mean(nights: Sequence[Night], name: str) -> float:
    """Return the mean of a field or property over nights."""
    return float(np.mean([getattr(night, name) for night in nights]))


def reduction(nights: Sequence[Night], idle: Sequence[Night], name: str) -> float:
    """Return by how much a field is lower than without control, as a share of what it was then."""
    return 1.0 - mean(nights, name) / mean(idle, name)


def share_met(nights: Sequence[Night]) -> float:
    """Return the share of departures with their target met, 0 to 1."""
    return sum(night.met for night in nights) / max(sum(night.vehicles for night in nights), 1)


def _sum(values: object) -> float:
    return float(np.sum(np.asarray(values, np.float64)))
