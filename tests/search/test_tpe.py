"""The Parzen estimator of Optuna behaves as the other searches do."""

from __future__ import annotations

import logging

import numpy as np
import optuna
import pytest

from wattswarm.search import Budget, Chance, Fitness, Search
from wattswarm.search.tpe import Tpe

BUDGET = Budget(population=5, rounds=12)


def sphere(centre: float) -> Fitness:
    return lambda population: ((population - centre) ** 2).sum(axis=1)


def mean_value(search: Search) -> float:
    """Return the mean logarithm of what ten searches find in three dimensions."""
    found = [search.minimise(sphere(0.7), 3, np.random.default_rng(s), BUDGET).value for s in range(10)]
    return float(np.log10(found).mean())


def test_it_repeats_itself_for_a_seed_keeps_its_budget_and_says_nothing(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    verbosity = optuna.logging.get_verbosity()
    with caplog.at_level(logging.INFO):
        one, two, other = (
            Tpe().minimise(sphere(0.3), 2, np.random.default_rng(seed), BUDGET) for seed in (1, 1, 2)
        )
    np.testing.assert_array_equal(one.best, two.best)
    assert not np.array_equal(one.best, other.best)
    assert one.evaluations == BUDGET.evaluations
    assert one.value == pytest.approx(float(sphere(0.3)(one.best[None])[0]), abs=1e-12)
    assert optuna.logging.get_verbosity() == verbosity
    assert capsys.readouterr().err == ""


def test_it_beats_chance_at_the_same_budget() -> None:
    assert mean_value(Tpe()) < mean_value(Chance()) - 0.5


def test_it_never_ends_worse_than_what_it_was_given() -> None:
    known = np.full((1, 6), 0.31)
    result = Tpe().minimise(sphere(0.3), 6, np.random.default_rng(0), Budget(4, 2), known)
    assert result.value <= 6 * 0.01**2 + 1e-12


def test_what_is_no_number_is_never_the_best() -> None:
    def fitness(population: np.ndarray) -> np.ndarray:
        return np.where(population[:, 0] < 0.5, np.nan, sphere(0.3)(population))

    result = Tpe().minimise(fitness, 2, np.random.default_rng(0), BUDGET)
    assert np.isfinite(result.value)
    assert result.best[0] >= 0.5
