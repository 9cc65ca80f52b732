"""Teaching keeps every seed that is done, and what it leaves loads and runs as any policy does."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from wattswarm.control.runner import simulate
from wattswarm.errors import InputError
from wattswarm.learn.algorithms.supervised.imitation import Imitation
from wattswarm.learn.algorithms.supervised.value_regression import ValueRegression
from wattswarm.learn.problem import TaskProblem
from wattswarm.learn.registry import learner
from wattswarm.learn.supervised import SupervisedLearner, TrainingSet
from wattswarm.learn.trained import about_task, load_policy
from wattswarm.learn.training.files import POLICY
from wattswarm.learn.training.record import Record, Trained
from wattswarm.learn.training.runner import train
from wattswarm.learn.training.supervised import train_supervised
from wattswarm.tasks import pool_scenario
from wattswarm.tasks.registry import make_task, scenario_for_task
from wattswarm.tasks.scaling import scales, with_scales

DAYS = [
    scenario_for_task(
        "pool", pool_scenario(start=date(2024, 3, day), days=1, seed=day, solar_kw=(300.0, 150.0))
    )
    for day in (4, 6, 9)
]
PUPILS: list[SupervisedLearner] = [
    ValueRegression(windows=3, hidden=8, updates=20),
    Imitation(updates=20, rounds=2, environments=1, hidden=8),
]


@pytest.fixture(scope="module")
def training_set() -> TrainingSet:
    """Two days to learn from, one to choose by."""
    taught_on = TaskProblem(make_task("pool", DAYS[:2], training=True), (3, 2))
    validation = with_scales(make_task("pool", DAYS[2:]), scales(taught_on.task))
    return TrainingSet(taught_on, DAYS[:2], TaskProblem(validation, (3, 2)))


def go(
    training_set: TrainingSet,
    pupil: SupervisedLearner,
    out: Path | None,
    seeds: tuple[int, ...],
    **options: Any,
) -> Trained:
    about = about_task("pool", training_set.problem)
    return train_supervised(training_set, pupil, seeds=seeds, out=out, about=about, **options)


def leaves(trained: Trained) -> list[np.ndarray]:
    return [np.asarray(leaf) for leaf in jax.tree.leaves(trained.policies)]


@pytest.mark.parametrize("pupil", PUPILS, ids=lambda pupil: pupil.name)
def test_a_policy_that_was_taught_loads_and_earns_what_its_exam_says(
    pupil: SupervisedLearner, training_set: TrainingSet, tmp_path: Path
) -> None:
    trained = go(training_set, pupil, tmp_path, (3, 5))
    assert trained.finished
    assert len(trained.best) == 2
    assert {path.name for path in tmp_path.iterdir()} == {"policy.safetensors", "metrics.jsonl"}
    for seed, said in zip((3, 5), trained.best, strict=True):
        policy = load_policy(tmp_path, DAYS[2], seed=seed)
        run = simulate(DAYS[2], [policy], dtype=np.float32)[0]
        assert run.profit == pytest.approx(said, rel=1e-4)
    with pytest.raises(InputError, match="2 agents there, 3 here"):
        load_policy(tmp_path, scenario_for_task("pool", pool_scenario(start=date(2024, 3, 4), days=1)))


def test_a_stopped_teaching_goes_on_with_the_seed_that_is_missing(
    training_set: TrainingSet, tmp_path: Path
) -> None:
    observation: list[Record] = []
    stopped = go(training_set, PUPILS[0], tmp_path, (3, 5), progress=observation.append, stop=lambda: True)
    assert (stopped.finished, stopped.seeds, observation[0].block, observation[0].blocks) == (
        False,
        (3,),
        1,
        2,
    )
    assert load_policy(tmp_path, DAYS[2], seed=3).name == tmp_path.name
    went_on, whole = go(training_set, PUPILS[0], tmp_path, (3, 5)), go(training_set, PUPILS[0], None, (3, 5))
    assert went_on.best == whole.best
    assert went_on.records[0].metrics == whole.records[0].metrics
    for mine, theirs in zip(leaves(went_on), leaves(whole), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    before = (tmp_path / POLICY).stat().st_mtime_ns
    again = go(training_set, PUPILS[0], tmp_path, (3, 5))
    assert again.records == went_on.records
    assert (tmp_path / POLICY).stat().st_mtime_ns == before


def test_another_training_is_never_written_over(training_set: TrainingSet, tmp_path: Path) -> None:
    go(training_set, PUPILS[0], tmp_path, (3,))
    before = (tmp_path / POLICY).read_bytes()
    for pupil, seeds, told in (
        (PUPILS[1], (3,), "values there, dagger here"),
        (ValueRegression(windows=4, hidden=8, updates=20), (3,), "windows 3 there, 4 here"),
        (PUPILS[0], (4, 3), "seeds"),
    ):
        with pytest.raises(InputError, match=told):
            go(training_set, pupil, tmp_path, seeds)
    with pytest.raises(InputError, match="values there, iql here"):
        train(training_set.problem, learner("iql", environments=2), steps=48, seeds=(3,), out=tmp_path)
    assert (tmp_path / POLICY).read_bytes() == before
    with pytest.raises(InputError, match="seeds"):
        go(training_set, PUPILS[0], None, ())
