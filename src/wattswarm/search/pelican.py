"""Pelican optimisation as first published, and as printed in (13)-(16) of 001 (models 3.4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from wattswarm.search.budget import Budget, Fitness, Floats, Result, Tally, first_population


@dataclass(frozen=True)
class Pelican:
    """Lets candidates fly towards a prey, or away from it, and then flap about where they are.

    Every step is a share of the coordinates themselves, so the search depends on where zero lies. With an
    origin of 1 the coordinates run from 1 to 2 and zero is out of reach, so no place is favoured.

    Source:
        Trojovsky and Dehghani 2022, Sensors 22, 855, eq. (4)-(7).
    """

    origin: float = 1.0
    """Coordinate of the lower side of the unit cube."""
    reach: float = 0.2
    """Width of the flapping at the start, share of the coordinates."""
    name: str = "pelican"

    def minimise(
        self, fitness: Fitness, dimension: int, rng: Generator, budget: Budget, known: Floats | None = None
    ) -> Result:
        """Search with half the population, since each round scores it twice; see `Search.minimise`."""
        tally = Tally(lambda place: fitness(place - self.origin))
        size = budget.population // 2
        place = first_population(size, dimension, rng, known) + self.origin
        values = tally.score(place)
        for moment in range(1, rounds_of_two(budget, size) + 1):
            prey = rng.integers(size, size=size)
            times = rng.integers(1, 3, size=(size, 1))
            r = rng.random(place.shape)
            towards = place + r * (place[prey] - times * place)
            away = place + r * (place - place[prey])
            better_prey = (values[prey] < values)[:, None]
            place, values = self._keep_better(tally, place, values, np.where(better_prey, towards, away))
            width = self.reach * (1.0 - moment / budget.rounds)
            flapped = place + width * (2.0 * rng.random(place.shape) - 1.0) * place
            place, values = self._keep_better(tally, place, values, flapped)
            tally.end_round()
        return _in_unit_cube(tally.result(), self.origin)

    def _keep_better(
        self, tally: Tally, place: Floats, values: Floats, moved: Floats
    ) -> tuple[Floats, Floats]:
        moved = np.clip(moved, self.origin, self.origin + 1.0)
        moved_values = tally.score(moved)
        better = moved_values < values
        return np.where(better[:, None], moved, place), np.where(better, moved_values, values)


@dataclass(frozen=True)
class PrintedPelican:
    """The optimiser as 001 prints it: no comparison, no factor I and no 0.2, so every move is taken.

    Source:
        001, eq. (13)-(16).
    """

    origin: float = 0.0
    """Coordinate of the lower side of the unit cube; the paper's lies at zero."""
    name: str = "pelican-printed"

    def minimise(
        self, fitness: Fitness, dimension: int, rng: Generator, budget: Budget, known: Floats | None = None
    ) -> Result:
        """Search with half the population, since each round scores it twice; see `Search.minimise`."""
        tally = Tally(lambda place: fitness(place - self.origin))
        size = budget.population // 2
        place = first_population(size, dimension, rng, known) + self.origin
        tally.score(place)
        for moment in range(1, rounds_of_two(budget, size) + 1):
            prey = place[rng.integers(size, size=size)]
            place = place + rng.random(place.shape) * (prey - place)
            tally.score(place)
            width = 1.0 - moment / budget.rounds
            place = place + width * (2.0 * rng.random(place.shape) - 1.0) * place
            place = np.clip(place, self.origin, self.origin + 1.0)
            tally.score(place)
            tally.end_round()
        return _in_unit_cube(tally.result(), self.origin)


def rounds_of_two(budget: Budget, size: int) -> int:
    """Return how many rounds of two evaluations each the budget pays after a first evaluation."""
    return (budget.evaluations - size) // (2 * size)


def _in_unit_cube(result: Result, origin: float) -> Result:
    return Result(np.clip(result.best - origin, 0.0, 1.0), result.value, result.history, result.evaluations)
