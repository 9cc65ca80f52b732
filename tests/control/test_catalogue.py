"""A policy can be had by its name: a rule, a planner, a trained one, or one that another package adds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from wattswarm.control import (
    Policy,
    check_names,
    default_names,
    describe,
    policy,
    policy_names,
    rule,
    rule_names,
    simulate,
)
from wattswarm.errors import InputError
from wattswarm.site import load_example
from wattswarm.world import Scenario, build_scenario

if TYPE_CHECKING:
    from tests.conftest import Install

SOURCE = '''
from wattswarm.control import rule


def lazy(name, scenario):
    """Waits as long as it may.

    It is another rule by another name.
    """
    return Renamed(name)


class Renamed:
    compiled = False

    def __init__(self, name):
        self.name, self._rule = name, rule("as-late-as-possible")

    def begin(self, world):
        return self._rule.begin(world)

    def act(self, world, memory, view):
        return self._rule.act(world, memory, view)
'''
POINTS = "[wattswarm.policies]\ntheirs = their_rules:lazy\n"
PLANNERS = [name for name in policy_names() if name.startswith("mpc-") and name != "mpc-forecast"]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return build_scenario(load_example("workplace"), start=date(2024, 6, 3), days=1)


@pytest.mark.parametrize("name", [*rule_names(), *PLANNERS])
def test_every_rule_and_planner_is_a_policy_and_is_described(name: str, scenario: Scenario) -> None:
    assert isinstance(policy(name, scenario), Policy)
    assert describe(name).endswith(".")


def test_a_rule_is_the_same_by_either_call(scenario: Scenario) -> None:
    assert policy("every-threshold", scenario) == rule("every-threshold")


def test_the_usual_policies_are_among_the_names(scenario: Scenario) -> None:
    usual = default_names(scenario)
    assert set(rule_names()) < set(usual) <= set(policy_names())


def test_a_planner_is_not_a_rule() -> None:
    with pytest.raises(InputError, match="there is no such rule"):
        rule("mpc-dayahead")


def test_a_name_is_refused_with_the_one_that_was_perhaps_meant(scenario: Scenario) -> None:
    with pytest.raises(InputError, match=r"(?s)--policy.*did you mean earliest-deadline-first"):
        check_names(["uncontrolled", "edf"])
    with pytest.raises(InputError, match=r"(?s)folder of a training.*did you mean mpc-dayahead"):
        policy("mpc-day-ahead", scenario)


def test_a_folder_without_a_training_is_refused(tmp_path: object) -> None:
    with pytest.raises(InputError, match=r"policy\.safetensors"):
        check_names([str(tmp_path)])


def test_the_policy_of_another_package_runs_by_its_name(install: Install, scenario: Scenario) -> None:
    install("their_rules", SOURCE, POINTS)
    assert policy_names()[-1] == "theirs"
    assert describe("theirs") == "Waits as long as it may."
    check_names(["theirs"])
    theirs, same = simulate(scenario, [policy("theirs", scenario), rule("as-late-as-possible")])
    np.testing.assert_allclose(theirs.profit, same.profit, rtol=1e-9)
