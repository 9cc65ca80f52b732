"""What is believed beside a scenario: forecasts, arrivals, advice, and how the hours ahead are shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from wattswarm.data import Floats
from wattswarm.errors import InputError
from wattswarm.outlook.ahead import AHEAD_H, Fill
from wattswarm.world import Scenario, Stays


@dataclass(frozen=True, eq=False)
class Advice:
    """What a planner would have done from the first step on, for learners to look at."""

    power_kw: Floats
    """Of each battery, charging above 0, shape [step, battery]."""
    energy_kwh: Floats
    """In each battery before the step, shape [step, battery]."""
    signal: Floats
    """Inner price from each step on, as told at it [currency/kWh], shape [step, lead]."""
    net_kw: Floats
    """Net import from each step on, as planned at it, shape [step, lead]."""
    source: str
    """Who advised, in words."""


@dataclass(frozen=True, eq=False)
class Beliefs:
    """What is believed of a scenario, each row made at its step."""

    ahead_h: tuple[float, ...] = AHEAD_H
    """Bounds of the blocks in which prices and load ahead are shown [h]."""
    ahead_fill: Fill = "now"
    """What stands in those blocks for prices that are not known yet."""
    expects_load: bool = False
    """Whether load less sun is shown in those blocks too."""
    prices: Floats | None = None
    """Wholesale price of the steps from `known_until` on, as forecast at each step, shape [step, lead]; None
    without forecasts."""
    prices_by: str = ""
    load: Floats | None = None
    """Load of the steps after each, as forecast at it, shape [step, lead, station]; None without."""
    load_by: str = ""
    arrivals: Stays | None = None
    """Stays believed of ports at which nobody has been yet, one a port; None where nobody is expected."""
    advice: Advice | None = None
    """What a planner would have done, None without."""

    @property
    def view_ahead(self) -> str:
        """How prices and load ahead are laid out, in words that differ where layouts do."""
        load = "and load ahead" if self.expects_load else "no load ahead"
        told = "" if self.advice is None else f", advised by {self.advice.source}"
        return f"blocks between {self.ahead_h} h, prices not known yet as {self.ahead_fill}, {load}{told}"


def beliefs_of(scenario: Scenario) -> Beliefs:
    """Return what is believed beside a scenario."""
    if scenario.beliefs is None:
        return Beliefs()
    if not isinstance(scenario.beliefs, Beliefs):
        raise TypeError(f"Scenario.beliefs is {scenario.beliefs!r}, expected a Beliefs or None")
    return scenario.beliefs


def believing(scenario: Scenario, **changes: Any) -> Scenario:
    """Return the scenario with fields of its `Beliefs` changed."""
    return replace(scenario, beliefs=replace(beliefs_of(scenario), **changes))


def no_forecasts(where: str) -> InputError:
    """Return the error of who needs forecasts of prices and finds none."""
    return InputError(
        "the scenario has no forecasts of its prices",
        where=where,
        expected="forecasts of a model, attached to it",
        mend="attach them by `with_forecasts`, or choose another foresight",
    )
