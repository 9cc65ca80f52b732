"""Who imitates a planner comes to earn what it earns, and is asked about the states it reaches itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.control.catalogue import rule
from wattswarm.control.runner import simulate
from wattswarm.errors import InputError
from wattswarm.learn.algorithms.supervised.imitation import Demonstrations, Imitation, error, planner, play
from wattswarm.learn.problem import TaskProblem
from wattswarm.learn.supervised import Fitted, TrainingSet
from wattswarm.learn.training.validation import earned
from wattswarm.outlook.ahead import HOURLY_H
from wattswarm.tasks import pool_scenario, station_scenario
from wattswarm.tasks.pool.task import sound_pool
from wattswarm.tasks.station.task import literal_station
from wattswarm.world import Scenario


@pytest.fixture(scope="module")
def days() -> list[Scenario]:
    """Two days of a pool of two."""
    sizes: Any = {"capacity_kwh": (300.0, 500.0), "solar_kw": (300.0, 0.0), "ahead_h": HOURLY_H}
    return [pool_scenario(start=date(2024, 3, day), days=1, seed=day, **sizes) for day in (4, 6)]


@pytest.fixture(scope="module")
def training_set(days: list[Scenario]) -> TrainingSet:
    """The pool as a lesson."""
    problem = TaskProblem(sound_pool(days), (3, 2))
    return TrainingSet(problem, days, problem)


LEARNER = Imitation(updates=600, rounds=3, environments=2, hidden=16, batch=64, rate=1e-2)


@pytest.fixture(scope="module")
def learnt(training_set: TrainingSet) -> Fitted:
    """Who imitated the planner on both days."""
    return LEARNER.fit(training_set, 0)


@pytest.fixture(scope="module")
def answers(training_set: TrainingSet, learnt: Fitted) -> Demonstrations:
    """What the planner says where the learner comes."""
    return play(LEARNER, training_set, learnt.state, np.array([0, 1]), jax.random.key(0), guided=False)


def test_imitation_earns_most_of_what_the_planner_gains(
    training_set: TrainingSet, days: list[Scenario], learnt: Fitted
) -> None:
    idle, planned = (
        sum(simulate(day, [policy])[0].profit for day, policy in zip(days, policies, strict=True))
        for policies in ([rule("uncontrolled")] * 2, [planner(day, all_knowing=False) for day in days])
    )
    own = float(
        earned(training_set.problem, LEARNER.policy(training_set.problem, learnt.state, "dagger")).sum()
    )
    assert planned > idle
    assert own > idle + 0.6 * (planned - idle)
    assert learnt.steps == 3 * 2 * 24


def test_the_planner_is_asked_about_what_the_learner_brings_about(
    training_set: TrainingSet, answers: Demonstrations
) -> None:
    fresh = LEARNER.init(jax.random.key(0), training_set.problem.layout)
    episodes, key = np.array([0, 1]), jax.random.key(0)
    guided, own = (
        play(LEARNER, training_set, fresh, episodes, key, guided=guided) for guided in (True, False)
    )
    charge = np.asarray(guided.observation.features)[..., 0], np.asarray(own.observation.features)[..., 0]
    # Rows are steps of both environments in turn; an episode starts alike, whoever acts.
    assert charge[0][:2] == pytest.approx(charge[1][:2])
    assert np.abs(charge[0] - charge[1]).max() > 0.2
    assert np.abs(np.asarray(guided.wanted) - np.asarray(own.wanted)).max() > 0.2
    assert (np.asarray(answers.wanted) >= np.asarray(answers.observation.low)).all()
    assert (np.asarray(answers.wanted) <= np.asarray(answers.observation.high)).all()


def test_the_end_of_a_long_episode_is_not_imitated() -> None:
    sizes: Any = {"capacity_kwh": (300.0,), "solar_kw": (300.0,), "ahead_h": HOURLY_H}
    days = [pool_scenario(start=date(2024, 3, 4), days=3, **sizes)]
    problem = TaskProblem(sound_pool(days), (3, 2))
    fresh = LEARNER.init(jax.random.key(0), problem.layout)
    told = play(
        LEARNER, TrainingSet(problem, days, problem), fresh, np.array([0]), jax.random.key(0), guided=True
    )
    assert len(told.wanted) == 48


def test_a_point_beyond_the_end_that_is_wanted_is_no_error(learnt: Fitted, answers: Demonstrations) -> None:
    # Wherever something is free, the end towards which the actor leans is wanted, and it leans all the way.
    bias = jnp.full_like(learnt.state.network.head.bias, 50.0)
    pushed = eqx.tree_at(lambda state: state.network.head.bias, learnt.state, bias)
    high, low = (answers._replace(wanted=end) for end in (answers.observation.high, answers.observation.low))
    assert float(error(LEARNER, pushed, high)) == pytest.approx(0.0, abs=1e-6)
    assert float(error(LEARNER, pushed, low)) > 0.05


def test_a_task_whose_controls_do_not_follow_from_requests_is_refused() -> None:
    day = station_scenario(3, start=date(2024, 6, 3), arrivals="demo", transformer="soft")
    problem = TaskProblem(literal_station([day]), (3,))
    with pytest.raises(InputError, match="cannot be turned into controls"):
        LEARNER.fit(TrainingSet(problem, [day], problem), 0)
