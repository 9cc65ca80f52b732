"""Trainings of the study: a learner at a station with its beliefs, tuned by the pelican first or not.

The wider reading of paper 001 (`forecaster+ppo`): its method section and its algorithm tune the forecaster
alone, its discussion and second table also learning rate, discount and exploration of the scheduler. Here
that is an ablation: rate, discount and clip of PPO, by the validation days and never by the test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

import jax.numpy as jnp

from wattswarm.control import Run
from wattswarm.forecast.tuning import Allowance, Real, Settings, Space, one_by_one, tune
from wattswarm.learn import TrainingSet
from wattswarm.outlook import AHEAD_H, believing
from wattswarm.papers.experiment import Evaluation, Training, learn_by_trying, plain_name
from wattswarm.papers.p001_station.problem.beliefs import PUBLISHED, Belief, PriceModels, name_of
from wattswarm.papers.p001_station.problem.days import Day, day_of
from wattswarm.papers.p001_station.problem.places import Place
from wattswarm.papers.p001_station.problem.task import anticipating_station
from wattswarm.tasks import Task, make_task
from wattswarm.world import Scenario

Kind = Literal["anticipating", "registered"]
"""The task of this study, or the package's own `station`."""
SPACE = Space(
    {"rate": Real(1e-4, 1e-2, log=True), "gamma": Real(0.9, 1.0), "clip": Real(0.05, 0.5, log=True)}
)
TRIALS = "trials.jsonl"
_TRIAL_BLOCKS, _SHORTER = 4, 8
"""Judgements of a trial, and how many times shorter it is than the training proper."""


@dataclass(frozen=True, kw_only=True)
class StationTraining(Training[PriceModels]):
    """One way to train at one station."""

    blocks = 25
    points = (9,)
    """Quarters of the power either way, for learners that need a grid of choices."""
    belief: Belief = PUBLISHED
    """Of prices that are not published, in training and after."""
    kind: Kind = "anticipating"

    @property
    def folder(self) -> str:
        words = f"{self.label} {name_of(self.belief)} {self.kind}"
        return f"{self.place.name}/{plain_name(words)}/seeds-{self.seeds[0]}-{self.seeds[-1]}"

    @property
    def all_steps(self) -> int:
        return self.steps * len(self.seeds)

    def scenario(self, place: Place, day: date, inputs: PriceModels) -> Scenario:
        laid = place.day(day, inputs.prices)
        if self.kind == "registered":
            laid = believing(laid, ahead_h=AHEAD_H)
        return inputs.believing(laid, self.belief)

    def task(self, scenarios: Sequence[Scenario]) -> Task:
        return (
            anticipating_station(scenarios)
            if self.kind == "anticipating"
            else make_task("station", scenarios)
        )


@dataclass(frozen=True, kw_only=True)
class TunedTraining(StationTraining):
    """A training whose learning rate, discount and clip the pelican settles first."""

    trials: tuple[int, int] = (20, 4)
    """Trainings that the pelican may spend, and how many it proposes at a time."""

    @property
    def tried_steps(self) -> int:
        """Environment steps of a trial, which has one seed."""
        return self.steps // _SHORTER

    @property
    def all_steps(self) -> int:
        """Environment steps of the trials and of what is trained after them."""
        return self.trials[0] * self.tried_steps + super().all_steps

    def learner(self, training_set: TrainingSet, out: Path) -> Any:
        """Return the learner with the settings that earn most in validation; `out` keeps the trials."""
        usual = super().learner(training_set, out)

        def loss(settings: Settings) -> float:
            # As arrays they are no part of the program, so all trials share one.
            tried = replace(usual, **{name: jnp.float32(value) for name, value in settings.items()})
            trained = learn_by_trying(
                training_set, tried, blocks=_TRIAL_BLOCKS, steps=self.tried_steps, seeds=self.seeds[:1]
            )
            return -trained.best[0]

        best = tune(
            one_by_one(loss),
            SPACE,
            method="pelican",
            allowance=Allowance(*self.trials),
            path=(out / self.folder).parent / TRIALS,
            about={"learner": self.algorithm, "changes": dict(self.changes), "steps": self.tried_steps},
        ).best
        return replace(usual, **best.settings)


class StationEvaluation(Evaluation[StationTraining, Day]):
    """Days of every seed of a training, at its own station or a larger one, its actor carried over."""

    result_type = list[list[Day]]

    def outcome(self, run: Run, decided_s: float) -> Day:
        return day_of(run, decided_s=decided_s)
