"""Tree-structured Parzen estimator, through Optuna: draws where good candidates lie denser than bad ones."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import optuna
from numpy.random import Generator
from optuna.distributions import BaseDistribution, FloatDistribution

from wattswarm.search.budget import Budget, Fitness, Floats, Result, Tally


@dataclass(frozen=True)
class Tpe:
    """Models the places of good and of bad candidates as densities and draws where their ratio is highest.

    The candidates of a round are drawn before any of them is scored, so that they can be scored at once.

    Source:
        Bergstra et al. (2011), Algorithms for hyper-parameter optimization, section 4; all coordinates are
        modelled together as in Falkner et al. (2018), arXiv 1807.01774.
    """

    chance: int = 10
    """Candidates drawn evenly before the first model."""
    name: str = "tpe"

    def minimise(
        self, fitness: Fitness, dimension: int, rng: Generator, budget: Budget, known: Floats | None = None
    ) -> Result:
        tally = Tally(fitness)
        axes: dict[str, BaseDistribution] = {str(at): FloatDistribution(0.0, 1.0) for at in range(dimension)}
        study = _study(self._sampler(int(rng.integers(2**31))))
        for place in () if known is None else np.clip(known, 0.0, 1.0):
            study.enqueue_trial(dict(zip(axes, place.tolist(), strict=True)))
        for _ in range(budget.rounds):
            drawn = [study.ask(axes) for _ in range(budget.population)]
            population = np.array([[trial.params[axis] for axis in axes] for trial in drawn], np.float64)
            for trial, value in zip(drawn, tally.score(population).tolist(), strict=True):
                study.tell(trial, value)
            tally.end_round()
        return tally.result()

    def _sampler(self, seed: int) -> optuna.samplers.BaseSampler:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            return optuna.samplers.TPESampler(n_startup_trials=self.chance, multivariate=True, seed=seed)


def _study(sampler: optuna.samplers.BaseSampler) -> optuna.Study:
    """Return a study in memory, made without a line in the log."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        return optuna.create_study(sampler=sampler)
    finally:
        optuna.logging.set_verbosity(before)
