"""The benchmark of learning times whole rounds: every step is played, learned from and counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import numpy as np
import pytest

from wattswarm.bench import CASES, Case, Prepared, run_bench
from wattswarm.bench.learning import TABULAR, Levels, Training, compile_training, training_of_paper
from wattswarm.learn.algorithms.value.tabular import Tabular

SMALL = Training(lambda: Levels(7), lambda updates: _tabular(updates), rounds=3, deciders=7)


def _tabular(updates: int) -> Tabular:
    usual = TABULAR.learner(updates)
    assert isinstance(usual, Tabular)
    return usual


def test_work_counts_every_step_of_every_lane_and_agent() -> None:
    run, work, _ = compile_training(SMALL)
    assert work == 3 * 24 * 7
    state, (metrics, scores) = jax.tree.map(np.asarray, run(0))
    assert scores.shape == (3,)
    assert metrics["loss"].min() > 0
    # 7 agents, 240 states, 5 choices; each agent visits at most one cell an hour.
    assert 0 < np.count_nonzero(state.table) <= 3 * 24 * 7


def test_runs_differ_by_their_number_and_repeat_by_it() -> None:
    run = compile_training(SMALL)[0]
    tables: list[Any] = [np.asarray(run(number)[0].table) for number in (0, 1, 0)]
    assert not np.array_equal(tables[0], tables[1])
    np.testing.assert_array_equal(tables[0], tables[2])


def test_a_table_that_learns_the_levels_earns_more_than_at_first() -> None:
    scores = np.asarray(compile_training(replace(SMALL, rounds=4000))[0](0)[1][1])
    assert scores[-200:].mean() > scores[:200].mean() + 0.1


def test_the_timed_learners_are_as_the_table_says() -> None:
    qmix, ppo, table = (
        each.learner(1)
        for each in (training_of_paper("public", "QMIX"), training_of_paper("public", "PPO"), TABULAR)
    )
    shape = (qmix.environments, qmix.sequence, qmix.batch, qmix.hidden, qmix.recurrent)
    assert shape == (8, 25, 32, 64, True)
    assert (ppo.environments, ppo.sequence, ppo.epochs, ppo.minibatches, ppo.hidden) == (16, 128, 4, 4, 64)
    assert not ppo.recurrent
    assert table.init(jax.random.key(0), TABULAR.problem().layout).table.shape == (1060, 240, 5)
    assert (CASES["learn-qmix"].goal, CASES["learn-ppo"].goal, CASES["learn-tabular"].goal) == (
        20e3,
        50e3,
        15e6,
    )


def test_cases_whose_library_is_missing_are_left_out_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = Prepared(lambda _: np.zeros(1), work=1)
    cases = {
        "bare": Case("bare", "x", "units", lambda _: prepared),
        "extra": Case("extra", "x", "units", lambda _: prepared, needs="no_such_library"),
    }
    monkeypatch.setattr("wattswarm.bench.run.CASES", cases)
    assert [result.case for result in run_bench(repeats=1)] == ["bare"]
    assert [result.case for result in run_bench(["extra"], repeats=1)] == ["extra"]
