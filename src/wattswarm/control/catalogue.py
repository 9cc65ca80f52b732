"""Names of the rules: what the command line offers and the report explains."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from wattswarm.control.policy import Policy
from wattswarm.errors import InputError
from wattswarm.plan.rules import (
    AsLateAsPossible,
    AverageRate,
    EarliestDeadlineFirst,
    FirstComeFirstServed,
    LeastLaxityFirst,
    PriceThreshold,
    RoundRobin,
    SolarSurplus,
    Uncontrolled,
    WithDeferral,
    WithPayingStorage,
    WithStorage,
    WithVehicleToGrid,
)


@dataclass(frozen=True)
class Entry:
    """A rule on offer.

    Args:
        make: builds it under its name.
        description: what it does, in one sentence.
    """

    make: Callable[[str], Policy]
    description: str


_RULES: Mapping[str, Entry] = MappingProxyType(
    {
        "uncontrolled": Entry(
            lambda name: Uncontrolled(name=name),
            "Charges at full power from plug-in while storages rest: the no-flexibility case.",
        ),
        "average-rate": Entry(
            lambda name: AverageRate(name=name), "Spreads each vehicle's need evenly over its stay."
        ),
        "as-late-as-possible": Entry(
            lambda name: AsLateAsPossible(name=name),
            "Waits until only charging without pause still reaches the target.",
        ),
        "earliest-deadline-first": Entry(
            lambda name: EarliestDeadlineFirst(name=name), "Gives scarce power first to who leaves first."
        ),
        "least-laxity-first": Entry(
            lambda name: LeastLaxityFirst(name=name),
            "Gives scarce power first to who can spare the least time.",
        ),
        "first-come-first-served": Entry(
            lambda name: FirstComeFirstServed(name=name), "Gives scarce power first to who came first."
        ),
        "round-robin": Entry(
            lambda name: RoundRobin(name=name),
            "Lets vehicles take turns, a step each, where power is scarce.",
        ),
        "price-threshold": Entry(
            lambda name: PriceThreshold(name=name),
            "Charges while the price is in the lowest 30 % of those known, else only what has to flow.",
        ),
        "vehicle-to-grid": Entry(
            lambda name: WithVehicleToGrid(PriceThreshold(), name=name),
            "Charges like price-threshold and discharges vehicles with time to spare while prices are high.",
        ),
        "solar-surplus": Entry(
            lambda name: SolarSurplus(name=name),
            "Charges from the sun beyond the load, and from the grid only what has to flow.",
        ),
        "storage-threshold": Entry(
            lambda name: WithStorage(Uncontrolled(), name=name),
            "Fills storages at the lowest 30 % of prices and empties them at the highest 30 %.",
        ),
        "paying-storage": Entry(
            lambda name: WithPayingStorage(Uncontrolled(), name=name),
            "Trades like storage-threshold, but only where the spread of prices pays for losses and wear.",
        ),
        "price-threshold-with-storage": Entry(
            lambda name: WithStorage(PriceThreshold(), name=name),
            "Charges vehicles and storages while the price is low and empties storages while it is high.",
        ),
        "demand-deferral": Entry(
            lambda name: WithDeferral(Uncontrolled(), name=name),
            "Serves demand that can wait a step later where that earns more; vehicles charge at once.",
        ),
        "every-threshold": Entry(
            lambda name: WithDeferral(WithPayingStorage(WithVehicleToGrid(PriceThreshold())), name=name),
            "Lets vehicles, storages and demand that can wait all follow the price.",
        ),
    }
)


def rule_names() -> tuple[str, ...]:
    """Return the names of all rules, simplest first."""
    return tuple(_RULES)


def rule(name: str) -> Policy:
    """Return a rule with its usual parameters.

    Args:
        name: one of `rule_names()`.

    Returns:
        The rule as a compiled policy.

    Raises:
        InputError: there is no rule of that name.
    """
    return _entry(name).make(name)


def describe(name: str) -> str:
    """Return what a rule does, in one sentence.

    Args:
        name: one of `rule_names()`.

    Returns:
        The sentence.

    Raises:
        InputError: there is no rule of that name.
    """
    return _entry(name).description


def _entry(name: str) -> Entry:
    if name not in _RULES:
        raise InputError(
            "there is no such rule",
            where="policy",
            found=name,
            expected=", ".join(_RULES),
            mend="choose one of these names",
        )
    return _RULES[name]
