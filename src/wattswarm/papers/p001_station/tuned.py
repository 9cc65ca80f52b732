"""Lessons whose learner is tuned by the pelican first: the wider reading of paper 001 (`forecaster+ppo`).

Its method section and its algorithm tune the forecaster alone, its discussion and second table also learning
rate, discount and exploration of the scheduler. Here that is an ablation: rate, discount and clip of PPO, by
the validation days and never by the test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jax.numpy as jnp

from wattswarm.forecast.tuning import Allowance, Real, Settings, Space, one_by_one, tune
from wattswarm.papers.p001_station.lessons import Ground, Lesson

SPACE = Space(
    {"rate": Real(1e-4, 1e-2, log=True), "gamma": Real(0.9, 1.0), "clip": Real(0.05, 0.5, log=True)}
)
TRIALS = "trials.jsonl"
_BLOCKS, _SHORTER = 4, 8
"""Judgements of a trial, and how many times shorter it is than the training proper."""


@dataclass(frozen=True)
class TunedLesson(Lesson):
    """A lesson whose learning rate, discount and clip the pelican settles before it is learned.

    Args:
        trials: trainings that the pelican may spend, and how many it proposes at a time.
    """

    trials: tuple[int, int] = (20, 4)

    @property
    def tried_steps(self) -> int:
        """Environment steps of a trial, which has one seed."""
        return self.steps // _SHORTER

    @property
    def all_steps(self) -> int:
        """Environment steps of the trials and of what is trained after them."""
        return self.trials[0] * self.tried_steps + super().all_steps

    def learner(self, ground: Ground, out: Path) -> Any:
        """Return the learner with the settings that earn most on the days to choose by.

        Args:
            ground: what it is learned on.
            out: folder of all trainings, where the trials are kept.
        """
        usual = super().learner(ground, out)

        def lost(settings: Settings) -> float:
            # As arrays they are no part of the program, so all trials share one.
            tried = replace(usual, **{name: jnp.float32(value) for name, value in settings.items()})
            trained = ground.learn_by_trying(
                tried, blocks=_BLOCKS, steps=self.tried_steps, seeds=self.seeds[:1]
            )
            return -trained.best[0]

        best = tune(
            one_by_one(lost),
            SPACE,
            method="pelican",
            allowance=Allowance(*self.trials),
            path=(out / self.folder).parent / TRIALS,
            about={"learner": self.algorithm, "changes": dict(self.changes), "steps": self.tried_steps},
        ).best
        return replace(usual, **best.settings)
