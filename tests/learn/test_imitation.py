"""Who imitates a planner comes to earn what it earns, and is asked about the states it reaches itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.learn.imitation import Imitation, ImitationState, dagger, play
from wattswarm.learn.problem import TaskProblem
from wattswarm.learn.rollout import rollout, set_out
from wattswarm.plan.foresight import DayAhead
from wattswarm.plan.mpc import ModelPredictive
from wattswarm.plan.policy import Policy
from wattswarm.tasks.pool import pool_scenario
from wattswarm.tasks.pool_task import sound_pool
from wattswarm.world import Scenario
from wattswarm.world.ahead import HOURLY_H


@pytest.fixture(scope="module")
def days() -> list[Scenario]:
    """Two days of a pool of two."""
    sizes: Any = {"capacity_kwh": (300.0, 500.0), "solar_kw": (300.0, 0.0), "ahead_h": HOURLY_H}
    return [pool_scenario(start=date(2024, 3, day), days=1, seed=day, **sizes) for day in (4, 6)]


@pytest.fixture(scope="module")
def problem(days: list[Scenario]) -> TaskProblem:
    """The pool as a problem."""
    return TaskProblem(sound_pool(days), (3, 2))


def _planner(scenario: Scenario) -> Policy:
    return ModelPredictive(scenario, DayAhead())


def _learner(**changes: Any) -> Imitation:
    return Imitation(**{"updates": 600, "lanes": 2, "hidden": 16, "rate": 1e-2, **changes})


@pytest.fixture(scope="module")
def taught(problem: TaskProblem, days: list[Scenario]) -> tuple[ImitationState, list[float]]:
    """Who imitated the planner on both days."""
    return dagger(problem, days, _planner, _learner(), 0, rounds=3)


def test_imitation_earns_most_of_what_the_planner_gains(
    problem: TaskProblem, days: list[Scenario], taught: tuple[ImitationState, list[float]]
) -> None:
    learner, episodes = _learner(), np.array([0, 1])
    fresh = learner.init(jax.random.key(0), problem.layout)

    def earned(state: ImitationState, guided: bool) -> np.ndarray:
        return np.asarray(
            play(problem, days, _planner, learner, state, episodes, guided=guided).steps.reward
        ).sum()

    idle, planned, learnt = earned(fresh, False), earned(fresh, True), earned(taught[0], False)
    assert planned > idle
    assert learnt > idle + 0.6 * (planned - idle)
    assert int(taught[0].updates) == learner.updates


def test_the_planner_is_asked_about_what_the_learner_brings_about(
    problem: TaskProblem, days: list[Scenario]
) -> None:
    learner = _learner()
    fresh = learner.init(jax.random.key(0), problem.layout)
    episodes = np.array([0, 1])
    guided = play(problem, days, _planner, learner, fresh, episodes, guided=True).steps
    own = play(problem, days, _planner, learner, fresh, episodes, guided=False).steps
    assert np.asarray(guided.act.controls) == pytest.approx(np.asarray(guided.act.notes))
    charge = np.asarray(guided.seen.features)[..., 0], np.asarray(own.seen.features)[..., 0]
    assert charge[0][0] == pytest.approx(charge[1][0])
    assert np.abs(charge[0] - charge[1]).max() > 0.2
    assert np.abs(np.asarray(guided.act.notes) - np.asarray(own.act.notes)).max() > 0.2


def test_what_is_done_is_feasible(problem: TaskProblem, taught: tuple[ImitationState, list[float]]) -> None:
    learner = _learner()
    walk = eqx.filter_jit(set_out)(problem, learner, jax.random.key(1), 2)
    lived = eqx.filter_jit(rollout)(problem, learner, taught[0], walk, None, 24)[1].steps
    assert (lived.act.controls >= lived.seen.low).all()
    assert (lived.act.controls <= lived.seen.high).all()


def test_a_point_beyond_the_end_that_is_wanted_is_no_error(
    problem: TaskProblem, days: list[Scenario], taught: tuple[ImitationState, list[float]]
) -> None:
    learner = _learner()
    lived = play(problem, days, _planner, learner, taught[0], np.array([0, 1]), guided=False)
    seen = lived.steps.seen
    # Wherever something is free, the end towards which the actor leans is wanted, and it leans all the way.
    pushed = eqx.tree_at(
        lambda state: state.actor.head.bias, taught[0], jnp.asarray([50.0, 50.0], jnp.float32)
    )
    update = eqx.filter_jit(learner.update)
    high = lived._replace(steps=lived.steps._replace(act=lived.steps.act._replace(notes=seen.high)))
    low = lived._replace(steps=lived.steps._replace(act=lived.steps.act._replace(notes=seen.low)))
    assert float(update(pushed, high, jax.random.key(0))[1]["loss"]) == pytest.approx(0.0, abs=1e-6)
    assert float(update(pushed, low, jax.random.key(0))[1]["loss"]) > 0.05


def test_episodes_shorter_than_a_sequence_are_refused(problem: TaskProblem, days: list[Scenario]) -> None:
    with pytest.raises(InputError, match="shorter than the sequence"):
        dagger(problem, days, _planner, _learner(sequence=48), 0)
