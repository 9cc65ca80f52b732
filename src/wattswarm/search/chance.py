"""Random search: what the other searches have to beat at the same budget."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.random import Generator

from wattswarm.search.budget import Budget, Fitness, Floats, Result, Tally, first_population


@dataclass(frozen=True)
class Chance:
    """Draws every candidate independently."""

    name: str = "random"
    """Name in tables."""

    def minimise(
        self, fitness: Fitness, dimension: int, rng: Generator, budget: Budget, known: Floats | None = None
    ) -> Result:
        tally = Tally(fitness)
        for moment in range(budget.rounds):
            tally.score(first_population(budget.population, dimension, rng, None if moment else known))
            tally.end_round()
        return tally.result()
