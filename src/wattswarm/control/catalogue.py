"""A policy by its name: rules, planners, folders of trained policies, and what other packages add.

Rooms above this one are named as text and loaded when a policy of theirs is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from wattswarm.control.contract import Policy
from wattswarm.control.guard import Guarded
from wattswarm.errors import no_such
from wattswarm.outlook import beliefs_of
from wattswarm.registry import Catalogue, Entry, load
from wattswarm.world import Scenario

BASELINE = "uncontrolled"
"""The no-flexibility case, which every score counts from."""
BY_FORECAST = "mpc-forecast"
"""The policy that plans on a kept model's forecasts."""
DAY_AHEAD = "mpc-dayahead"
PERFECT = "mpc-perfect"
Kind = Literal["rule", "mpc", "search", "other"]


@dataclass(frozen=True)
class PolicyEntry(Entry):
    """A policy on offer."""

    kind: Kind = "other"
    """What its target is: the class of a rule; the foresight that MPC plans on; the search that plans each
    day in hindsight; or else a function of the policy's name and the scenario it shall run on."""
    around: tuple[str, ...] = ()
    """Classes of the rules that a rule changes, from the outside in, each around the next."""


_RULES = "wattswarm.plan.rules"


def _rule(rules: str, description: str) -> PolicyEntry:
    first, *others = (f"{_RULES}:{each}" for each in rules.split())
    return PolicyEntry(first, description, "rule", tuple(others))


def _mpc(foresight: str, description: str) -> PolicyEntry:
    return PolicyEntry(f"wattswarm.outlook:{foresight}", description, "mpc")


def _search(search: str, description: str) -> PolicyEntry:
    return PolicyEntry(f"wattswarm.search:{search}", description, "search")


_POLICIES = Catalogue(
    "policy",
    "wattswarm.policies",
    PolicyEntry,
    {
        BASELINE: _rule(
            "Uncontrolled", "Charges at full power from plug-in while storages rest: the no-flexibility case."
        ),
        "average-rate": _rule("AverageRate", "Spreads each vehicle's need evenly over its stay."),
        "as-late-as-possible": _rule(
            "AsLateAsPossible", "Waits until only charging without pause still reaches the target."
        ),
        "earliest-deadline-first": _rule(
            "EarliestDeadlineFirst", "Gives scarce power first to who leaves first."
        ),
        "least-laxity-first": _rule(
            "LeastLaxityFirst", "Gives scarce power first to who can spare the least time."
        ),
        "first-come-first-served": _rule(
            "FirstComeFirstServed", "Gives scarce power first to who came first."
        ),
        "round-robin": _rule("RoundRobin", "Lets vehicles take turns, a step each, where power is scarce."),
        "price-threshold": _rule(
            "PriceThreshold",
            "Charges while the price is in the lowest 30 % of those known, else only what has to flow.",
        ),
        "vehicle-to-grid": _rule(
            "WithVehicleToGrid PriceThreshold",
            "Charges like price-threshold and discharges vehicles with time to spare while prices are high.",
        ),
        "solar-surplus": _rule(
            "SolarSurplus", "Charges from the sun beyond the load, and from the grid only what has to flow."
        ),
        "storage-threshold": _rule(
            "WithStorage Uncontrolled",
            "Fills storages at the lowest 30 % of prices and empties them at the highest 30 %.",
        ),
        "paying-storage": _rule(
            "WithPayingStorage Uncontrolled",
            "Trades like storage-threshold, but only where the spread of prices pays for losses and wear.",
        ),
        "price-threshold-with-storage": _rule(
            "WithStorage PriceThreshold",
            "Charges vehicles and storages while the price is low and empties storages while it is high.",
        ),
        "demand-deferral": _rule(
            "WithDeferral Uncontrolled",
            "Serves demand that can wait a step later where that earns more; vehicles charge at once.",
        ),
        "every-threshold": _rule(
            "WithDeferral WithPayingStorage WithVehicleToGrid PriceThreshold",
            "Lets vehicles, storages and demand that can wait all follow the price.",
        ),
        PERFECT: _mpc("Perfect", "Plans every step knowing all that will happen (ORACLE)."),
        BY_FORECAST: _mpc("Forecasted", "Plans every step by the forecasts of a kept model."),
        DAY_AHEAD: _mpc("DayAhead", "Plans every step by published prices and honest forecasts."),
        "mpc-climatology": _mpc(
            "Climatology", "Plans every step by the usual course of the past four weeks."
        ),
        "mpc-persistence": _mpc("Persistence", "Plans every step as if tomorrow were like today."),
        "genetic": _search("Genetic", "A genetic algorithm plans each day in hindsight (ORACLE)."),
        "swarm": _search("Swarm", "A particle swarm plans each day in hindsight (ORACLE)."),
        "pelican": _search("Pelican", "The pelican optimiser plans each day in hindsight (ORACLE)."),
    },
)


def policy_names() -> tuple[str, ...]:
    """Return the name of every policy: rules, planners, then those of other packages."""
    return tuple(_POLICIES)


def rule_names() -> tuple[str, ...]:
    """Return the names of all built-in rules, simplest first."""
    return tuple(name for name in _POLICIES.built_in() if _POLICIES[name].kind == "rule")


def default_names(scenario: Scenario) -> tuple[str, ...]:
    """Return the policies that suit a scenario: every rule, and MPC as far as its regime and files allow."""
    published = () if scenario.regime == "RT" else (DAY_AHEAD,)
    forecast = () if beliefs_of(scenario).prices is None else (BY_FORECAST,)
    return (*rule_names(), *published, "mpc-climatology", *forecast)


def describe(name: str) -> str:
    """Return what a policy does, in one sentence.

    Raises:
        InputError: there is no policy of that name.
    """
    return _POLICIES[name].description


def policy(name: str, scenario: Scenario) -> Policy:
    """Return the policy of a name for a scenario.

    Args:
        name: one of `policy_names()`, or the folder of a trained policy.
        scenario: where it shall run, laid out by `as_seen` where a trained policy runs.

    Raises:
        InputError: there is none of that name, or it does not fit the scenario.
    """
    if is_trained(name):
        trained: Policy = load("wattswarm.learn:load_policy")(name, scenario, name=name)
        return trained
    entry = _entry(name)
    if entry.kind == "rule":
        return rule(name)
    made: Policy
    if entry.kind == "mpc":
        # Who knows all is given all; the others are told what is known, step by step.
        given = (scenario,) if name == PERFECT else ()
        made = load("wattswarm.plan:ModelPredictive")(entry.load()(*given))
    elif entry.kind == "search":
        plan = load("wattswarm.plan.search:plan_by_search")
        found = plan(scenario, entry.load()(), np.random.default_rng(0))
        made = Guarded(found.policy, name=f"{name} search, hindsight")
    else:
        made = entry.load()(name, scenario)
    return made


def rule(name: str) -> Policy:
    """Return a rule with its usual parameters, as a compiled policy.

    Raises:
        InputError: there is no rule of that name.
    """
    entry = _entry(name)
    if entry.kind != "rule":
        raise no_such("there is no such rule", where="policy", found=name, known=rule_names())
    inner: tuple[Policy, ...] = ()
    for target in reversed(entry.around):
        inner = (load(target)(*inner),)
    made: Policy = entry.load()(*inner, name=name)
    return made


def check_names(names: Sequence[str], where: str = "--policy") -> None:
    """Refuse names that are neither a policy nor the folder of a trained one.

    Raises:
        InputError: for the first of them, with the name that was perhaps meant.
    """
    for name in names:
        if is_trained(name):
            _trained_on(name)
        else:
            _entry(name, where)


def is_trained(name: str) -> bool:
    """Return whether a name is that of a folder of a training, or of no policy but of some other folder."""
    return name not in _POLICIES and Path(name).is_dir()


def as_seen(scenario: Scenario, names: Sequence[str]) -> Scenario:
    """Return the scenario with the prices ahead laid out as the trained policies among the names see them."""
    for task in {_trained_on(name) for name in names if is_trained(name)}:
        scenario = load("wattswarm.tasks:scenario_for_task")(task, scenario)
    return scenario


def _trained_on(folder: str) -> str:
    """Return the task that the policy in a folder was trained on; raise InputError where there is none."""
    task: str = load("wattswarm.learn:trained_on")(folder)
    return task


def _entry(name: str, where: str = "policy") -> PolicyEntry:
    return _POLICIES.look_up(name, where=where, also="the folder of a training, or one of ")
