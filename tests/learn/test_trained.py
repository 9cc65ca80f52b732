"""A trained learner runs as any policy does, and earns there what training said it earns."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.control.contract import Policy
from wattswarm.control.runner import simulate
from wattswarm.errors import InputError
from wattswarm.learn.problem import TaskProblem
from wattswarm.learn.registry import learner
from wattswarm.learn.trained import TrainedPolicy, about_task, load_policy
from wattswarm.learn.training.files import POLICY
from wattswarm.learn.training.record import Trained
from wattswarm.learn.training.runner import train
from wattswarm.learn.training.validation import validate
from wattswarm.outlook import believing
from wattswarm.tasks import pool_scenario
from wattswarm.tasks.registry import make_task, scenario_for_task
from wattswarm.tasks.scaling import scales, with_scales
from wattswarm.world import Scenario


def day(number: int, **changes: Any) -> Scenario:
    laid = pool_scenario(start=date(2024, 3, number), days=1, seed=number, **changes)
    return scenario_for_task("pool", laid)


class Training(NamedTuple):
    """A training and where it was written."""

    trained: Trained
    problem: TaskProblem
    folder: Path


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Training:
    """A network with memory after a few updates on two days of the pool, two seeds."""
    folder = tmp_path_factory.mktemp("runs") / "pool-iql"
    problem = TaskProblem(make_task("pool", [day(4), day(6)]), (3, 2))
    small = learner("iql", hidden=8, environments=2, capacity=8, batch=4)
    about = about_task("pool", problem)
    trained = train(
        problem, small, steps=240, seeds=(1, 2), validation=problem, out=folder, blocks=3, about=about
    )
    return Training(trained, problem, folder)


def loaded(folder: Path, scenario: Scenario, seed: int | None = None) -> TrainedPolicy:
    policy = load_policy(folder, scenario, seed=seed)
    assert isinstance(policy, TrainedPolicy)
    return policy


def there(training: Training, scenario: Scenario) -> TaskProblem:
    task = with_scales(make_task("pool", [scenario]), scales(training.problem.task))
    return TaskProblem(task, training.problem.points)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_policy_earns_in_a_simulation_what_validation_says(seed: int, training: Training) -> None:
    scenario = day(9)
    policy = load_policy(training.folder, scenario, seed=seed)
    assert isinstance(policy, Policy)
    said = validate(there(training, scenario), training.trained.learner, training.trained.policy(seed))
    single = simulate(scenario, [policy], dtype=np.float32)[0]
    assert single.policy == "pool-iql"
    assert single.profit == pytest.approx(float(said[0]), rel=1e-5)
    double = simulate(scenario, [policy])[0]
    assert double.profit == pytest.approx(float(said[0]), rel=1e-3)


def test_the_seed_that_did_best_in_validation_is_taken(training: Training) -> None:
    best = (1, 2)[int(np.argmax(training.trained.best))]
    mine, theirs = (loaded(training.folder, day(9), seed=seed).state for seed in (None, best))
    for one, other in zip(jax.tree.leaves(mine), jax.tree.leaves(theirs), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_scales_of_training_go_along(training: Training) -> None:
    policy = loaded(training.folder, day(9, demand_kw=300.0))
    assert scales(policy.problem.task) == scales(training.problem.task)
    assert scales(make_task("pool", [day(9, demand_kw=300.0)])) != scales(training.problem.task)


def test_the_policy_forgets_what_it_remembers_when_it_begins_anew(training: Training) -> None:
    scenario = day(9)
    policy = load_policy(training.folder, scenario)
    memory, first = policy.begin(scenario.world(np.float32))
    assert float(first) == 1.0
    assert float(jnp.abs(memory).sum()) == 0.0


def test_another_number_of_stations_is_refused(training: Training) -> None:
    with pytest.raises(InputError, match="3 agents there, 2 here") as refused:
        load_policy(training.folder, day(9, solar_kw=(300.0, 150.0)))
    assert str(training.folder) in str(refused.value)


def test_a_scenario_without_hourly_prices_ahead_is_refused(training: Training) -> None:
    with pytest.raises(InputError, match="another view of the hours ahead"):
        load_policy(training.folder, believing(day(9), ahead_h=(0.0, 24.0)))


def test_a_missing_seed_folder_or_task_is_told(training: Training, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="one of 1, 2"):
        load_policy(training.folder, day(9), seed=7)
    with pytest.raises(InputError, match=POLICY):
        load_policy(tmp_path, day(9))


def test_a_learner_that_has_changed_since_is_refused(
    training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wattswarm.learn.trained.any_learner", lambda name, **_: learner(name))
    with pytest.raises(InputError, match="hidden 8 there, 64 here"):
        load_policy(training.folder, day(9))
