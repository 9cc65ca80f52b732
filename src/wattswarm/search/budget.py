"""What every search over numbers shares: a fitness, a budget of evaluations, a result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Fitness = Callable[[Floats], Floats]
"""Scores a population, shape [individual, dimension] -> [individual]; lower is better."""


@dataclass(frozen=True)
class Budget:
    """How many candidates a search may score; 50 x 100 as for GA and PSO in 001."""

    population: int = 50
    """Candidates scored at once."""
    rounds: int = 100
    """How often."""

    def __post_init__(self) -> None:
        if self.population < 4 or self.rounds < 1:
            found = f"{self.population}, {self.rounds}"
            raise ValueError(f"a search needs at least 4 candidates and 1 round, not {found}")

    @classmethod
    def quick(cls) -> Budget:
        """Return a budget for a first look: 20 x 10."""
        return cls(population=20, rounds=10)

    @property
    def evaluations(self) -> int:
        """Candidates scored in all."""
        return self.population * self.rounds


@dataclass(frozen=True, eq=False)
class Result:
    """Result of a search."""

    best: Floats
    """The best candidate, each coordinate in 0..1, shape [dimension]."""
    value: float
    """Its fitness."""
    history: Floats
    """Best fitness after each round, never rising, shape [round]."""
    evaluations: int
    """Candidates scored."""


class Search(Protocol):
    """Looks for the lowest fitness in the unit cube without gradients."""

    @property
    def name(self) -> str: ...

    def minimise(
        self, fitness: Fitness, dimension: int, rng: Generator, budget: Budget, known: Floats | None = None
    ) -> Result:
        """Search; `known` candidates join the random first ones, shape [candidate, dimension]."""
        ...


class Tally:
    """Counts evaluations and keeps the best candidate of a search."""

    def __init__(self, fitness: Fitness) -> None:
        self._fitness = fitness
        self._best: Floats | None = None
        self._value = np.inf
        self._history: list[float] = []
        self._evaluations = 0

    def score(self, population: Floats) -> Floats:
        """Return the fitness of a population and remember its best; NaN scores worst."""
        values = np.asarray(self._fitness(population), np.float64)
        values = np.where(np.isnan(values), np.inf, values)
        self._evaluations += len(population)
        at = int(values.argmin())
        if self._best is None or values[at] < self._value:
            self._best, self._value = population[at].copy(), float(values[at])
        return values

    def end_round(self) -> None:
        """Add the best fitness so far to the history."""
        self._history.append(self._value)

    def result(self) -> Result:
        """Return the result.

        Raises:
            ValueError: nothing was scored.
        """
        if self._best is None:
            raise ValueError("nothing was scored")
        return Result(self._best, self._value, np.array(self._history), self._evaluations)


def first_population(size: int, dimension: int, rng: Generator, known: Floats | None) -> Floats:
    """Return random candidates, the first of them replaced by those known."""
    population = rng.random((size, dimension))
    if known is not None:
        population[: len(known)] = np.clip(known[:size], 0.0, 1.0)
    return population
