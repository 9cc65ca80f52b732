"""Genetic algorithm: tournament, uniform crossover, Gaussian mutation, one elite (rates of 001)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from wattswarm.search.budget import Budget, Fitness, Floats, Result, Tally, first_population


@dataclass(frozen=True)
class Genetic:
    """Breeds better candidates from better parents."""

    tournament: int = 2
    """Candidates that compete to become a parent."""
    crossover: float = 0.8
    """Share of children with two parents."""
    mutation: float = 0.05
    """Chance of each gene to change."""
    sigma: float = 0.2
    """Standard deviation of a change."""
    name: str = "genetic"
    """Name in tables."""

    def minimise(
        self, fitness: Fitness, dimension: int, rng: Generator, budget: Budget, known: Floats | None = None
    ) -> Result:
        """Search, one generation a round; see `Search.minimise`."""
        tally = Tally(fitness)
        population = first_population(budget.population, dimension, rng, known)
        values = tally.score(population)
        tally.end_round()
        for _ in range(budget.rounds - 1):
            elite = population[values.argmin()].copy()
            population = self._children(population, values, rng)
            population[0] = elite
            values = tally.score(population)
            tally.end_round()
        return tally.result()

    def _children(self, population: Floats, values: Floats, rng: Generator) -> Floats:
        size, dimension = population.shape
        mothers, fathers = self._parents(population, values, rng), self._parents(population, values, rng)
        crosses = rng.random((size, 1)) < self.crossover
        children = np.where(crosses & (rng.random((size, dimension)) < 0.5), fathers, mothers)
        changes = rng.random((size, dimension)) < self.mutation
        noise = rng.normal(0.0, self.sigma, (size, dimension))
        return np.clip(children + changes * noise, 0.0, 1.0)

    def _parents(self, population: Floats, values: Floats, rng: Generator) -> Floats:
        rivals = rng.integers(len(population), size=(len(population), self.tournament))
        winners: NDArray[np.int64] = rivals[np.arange(len(population)), values[rivals].argmin(axis=1)]
        return np.take(population, winners, axis=0)
