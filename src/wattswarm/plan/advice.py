"""A planner as adviser: what it would have done is laid beside a scenario, for learners to look at."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from wattswarm.control import Policy, simulate
from wattswarm.data import Floats
from wattswarm.outlook import Advice, believing
from wattswarm.world import Scenario, exogenous_columns


class Adviser(Policy, Protocol):
    """A policy that tells the inner price it reckons with and the net load it plans."""

    @property
    def told(self) -> list[tuple[Floats, Floats]]:
        """Inner price [currency/kWh] and net load [kW] from each step on, shape [step] each."""


def advised(scenario: Scenario, adviser: Adviser) -> Scenario:
    """Return the scenario with what an adviser would have done from its first step on.

    What is advised in a step depends on nothing that comes after it, as the adviser sees forecasts only.
    """
    run = simulate(scenario, [adviser])[0]
    power = np.asarray(run.flows.dispatch.charge_kw - run.flows.dispatch.discharge_kw, np.float64)
    after = np.asarray(run.flows.energy_kwh, np.float64)
    columns = exogenous_columns(scenario)
    before = np.vstack([np.zeros_like(after[:1]), after[:-1]])
    before = np.where(columns["arriving"] > 0, columns["arrival_kwh"], before)
    before = np.where(columns["capacity_kwh"] > 0, before, 0.0)
    signal, net = (np.stack(each) for each in zip(*adviser.told, strict=True))
    return believing(scenario, advice=Advice(power, before, signal, net, adviser.name))


def to_the_end(ahead: Floats, steps: int) -> Floats:
    """Return a window drawn out to as many steps as the scenario has, by repeating its last one."""
    return ahead[np.minimum(np.arange(steps), len(ahead) - 1)]
