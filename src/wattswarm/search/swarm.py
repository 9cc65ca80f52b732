"""Particle swarm: inertia, pull to one's own best and to the swarm's best (models 11.1; weights of 001)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from wattswarm.search.budget import Budget, Fitness, Floats, Result, Tally, first_population


@dataclass(frozen=True)
class Swarm:
    """Moves candidates towards the best places they and their neighbours have seen."""

    inertia: float = 0.7
    """Share of the speed that is kept, w."""
    own: float = 1.5
    """Pull of the particle's best, c1."""
    shared: float = 1.5
    """Pull of the swarm's best, c2."""
    name: str = "swarm"
    """Name in tables."""

    def minimise(
        self, fitness: Fitness, dimension: int, rng: Generator, budget: Budget, known: Floats | None = None
    ) -> Result:
        """Search, one move of all particles a round; see `Search.minimise`."""
        tally = Tally(fitness)
        place = first_population(budget.population, dimension, rng, known)
        speed = np.zeros_like(place)
        best, best_values = place.copy(), tally.score(place)
        tally.end_round()
        for _ in range(budget.rounds - 1):
            leader = best[best_values.argmin()]
            r_own, r_shared = rng.random((2, *place.shape))
            speed = (
                self.inertia * speed
                + self.own * r_own * (best - place)
                + self.shared * r_shared * (leader - place)
            )
            place = np.clip(place + speed, 0.0, 1.0)
            values = tally.score(place)
            better = values < best_values
            best = np.where(better[:, None], place, best)
            best_values = np.where(better, values, best_values)
            tally.end_round()
        return tally.result()
