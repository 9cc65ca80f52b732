"""Lessons whose learner is tuned by the pelican first: the wider reading of paper 001 (`forecaster+ppo`).

Its method section and its algorithm tune the forecaster alone, its discussion and second table also learning
rate, discount and exploration of the scheduler. Here that is an ablation: rate, discount and clip of PPO, by
the validation days and never by the test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jax.numpy as jnp

from wattswarm.forecast.tuning import Allowance, Real, Settings, Space, one_by_one, tune
from wattswarm.learn.record import Record
from wattswarm.learn.registry import any_learner
from wattswarm.study.station.beliefs import Oracle
from wattswarm.study.station.lessons import Lesson, Pupil

SPACE = Space(
    {"rate": Real(1e-4, 1e-2, log=True), "gamma": Real(0.9, 1.0), "clip": Real(0.05, 0.5, log=True)}
)
TRIALS = "trials.jsonl"
_BLOCKS = 4


@dataclass(frozen=True)
class TunedLesson(Lesson):
    """A lesson whose learning rate, discount and clip the pelican settles before it is learned.

    Args:
        trials: trainings that the pelican may spend, and how many it proposes at a time.
        tried_steps: environment steps of a trial, which has one seed.
    """

    trials: tuple[int, int] = (20, 4)
    tried_steps: int = 40_000

    @property
    def all_steps(self) -> int:
        """Environment steps of the trials and of what is trained after them."""
        return self.trials[0] * self.tried_steps + super().all_steps

    def train(self, oracle: Oracle, out: Path, progress: Callable[[Record], None] | None = None) -> Pupil:
        """Tune, then train the seeds, or do what of that is left.

        Args:
            oracle: prices and models.
            out: folder of all trainings.
            progress: told of every block of the training proper.
        """
        found = self.settings(oracle, out)
        settled = replace(self, changes=tuple({**dict(self.changes), **found}.items()))
        return Lesson.train(settled, oracle, out, progress)

    def settings(self, oracle: Oracle, out: Path) -> dict[str, float]:
        """Return the settings that earn most on the validation days.

        Args:
            oracle: prices and models.
            out: folder of all trainings, where the trials are kept.
        """
        ground = self.ground(oracle)
        made: Any = any_learner(self.algorithm, **dict(self.changes))

        def lost(settings: Settings) -> float:
            # As arrays they are no part of the program, so all trials share one.
            learner = replace(made, **{name: jnp.float32(value) for name, value in settings.items()})
            tried = ground.learn_by_trying(
                learner, blocks=_BLOCKS, steps=self.tried_steps, seeds=self.seeds[:1]
            )
            return -tried.best[0]

        best = tune(
            one_by_one(lost),
            SPACE,
            method="pelican",
            allowance=Allowance(*self.trials),
            path=(out / self.folder).parent / TRIALS,
            about={"learner": self.algorithm, "changes": dict(self.changes), "steps": self.tried_steps},
        ).best
        return {name: float(value) for name, value in best.settings.items()}
