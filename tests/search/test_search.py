"""Searches on functions whose minimum is known (models 13.14 for the pelican's bias)."""

from __future__ import annotations

import numpy as np
import pytest

from wattswarm.search import Budget, Chance, Fitness, Genetic, Pelican, PrintedPelican, Search, Swarm

SEARCHES = [Chance(), Genetic(), Swarm(), Pelican(), PrintedPelican()]
BUDGET = Budget(population=20, rounds=30)
DIMENSION = 10


def sphere(centre: float) -> Fitness:
    return lambda population: ((population - centre) ** 2).sum(axis=1)


def mean_value(search: Search, centre: float) -> float:
    """Return the mean logarithm of what ten searches find."""
    found = [
        search.minimise(sphere(centre), DIMENSION, np.random.default_rng(seed), BUDGET).value
        for seed in range(10)
    ]
    return float(np.log10(np.maximum(found, 1e-300)).mean())


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.name)
def test_a_search_repeats_itself_for_a_seed_and_keeps_its_budget(search: Search) -> None:
    seen: list[np.ndarray] = []

    def fitness(population: np.ndarray) -> np.ndarray:
        seen.append(population.copy())
        return sphere(0.3)(population)

    one = search.minimise(fitness, DIMENSION, np.random.default_rng(1), BUDGET)
    scored = np.concatenate(seen)
    two = search.minimise(sphere(0.3), DIMENSION, np.random.default_rng(1), BUDGET)
    other = search.minimise(sphere(0.3), DIMENSION, np.random.default_rng(2), BUDGET)
    np.testing.assert_array_equal(one.best, two.best)
    assert not np.array_equal(one.best, other.best)
    assert len(scored) == one.evaluations
    assert 0.9 * BUDGET.evaluations <= one.evaluations <= BUDGET.evaluations
    assert scored.min() >= -1e-12
    assert scored.max() <= 1 + 1e-12
    assert one.value == pytest.approx(sphere(0.3)(scored).min(), abs=1e-12)
    assert one.value == pytest.approx(float(sphere(0.3)(one.best[None])[0]), abs=1e-9)
    assert (np.diff(one.history) <= 0).all()
    assert one.history[-1] == one.value


@pytest.mark.parametrize("search", [Genetic(), Swarm(), Pelican()], ids=lambda search: search.name)
def test_a_search_beats_chance_at_the_same_budget(search: Search) -> None:
    assert mean_value(search, 0.7) < mean_value(Chance(), 0.7) - 0.5


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.name)
def test_a_search_never_ends_worse_than_what_it_was_given(search: Search) -> None:
    known = np.full((1, DIMENSION), 0.31)
    result = search.minimise(sphere(0.3), DIMENSION, np.random.default_rng(0), Budget(8, 3), known)
    assert result.value <= DIMENSION * 0.01**2 + 1e-12


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.name)
def test_what_is_no_number_is_never_the_best(search: Search) -> None:
    def fitness(population: np.ndarray) -> np.ndarray:
        values = sphere(0.3)(population)
        return np.where(population[:, 0] < 0.5, np.nan, values)

    result = search.minimise(fitness, DIMENSION, np.random.default_rng(0), BUDGET)
    assert np.isfinite(result.value)
    assert result.best[0] >= 0.5


def test_pelicans_around_zero_find_an_optimum_at_zero_and_miss_a_shifted_one() -> None:
    """With zero in the middle of the box, flights to minus the prey and flapping by shares shrink to zero."""
    centred = Pelican(origin=-0.5)
    assert mean_value(centred, 0.5) < mean_value(centred, 0.7) - 2


def test_pelicans_between_one_and_two_favour_no_place() -> None:
    assert abs(mean_value(Pelican(), 0.5) - mean_value(Pelican(), 0.7)) < 0.5


def test_the_printed_pelican_is_worse_than_the_published_one() -> None:
    assert mean_value(PrintedPelican(), 0.7) > mean_value(Pelican(), 0.7) + 0.5


def test_a_budget_too_small_to_search_with_is_refused() -> None:
    with pytest.raises(ValueError, match="4 candidates"):
        Budget(population=3)
    assert Budget().evaluations == 5000
