"""Fused control looked at closely: which inputs it lives by, and its first test night beside others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from wattswarm.control import rule, simulate
from wattswarm.papers.experiment import CachedPart, Study, trained
from wattswarm.papers.p003_fusion.baselines import IDLE, follow
from wattswarm.papers.p003_fusion.layers.games import Game
from wattswarm.papers.p003_fusion.layers.importance import importance
from wattswarm.papers.p003_fusion.layers.inputs import Inputs
from wattswarm.papers.p003_fusion.trainings import FleetTraining
from wattswarm.plan import perfect_foresight


@dataclass(frozen=True)
class CloseLookResult:
    """What was seen."""

    lost: dict[str, float]
    """By name of an input, what fused control loses a night by misreading it [currency]."""
    net: dict[str, list[float]]
    """Net load of the night by policy [kW]."""
    price: list[float]
    """Of its market [currency/kWh]."""


@dataclass(frozen=True)
class CloseLook(CachedPart[Inputs, CloseLookResult]):
    """What to look at."""

    double = False
    result_type = CloseLookResult
    training: FleetTraining
    game: Game
    days: tuple[date, ...]
    """On which inputs are misread; the first is shown."""

    @property
    def file(self) -> str:
        return f"judged/close-look-{self.digest}.json"

    def compute(self, study: Study[Inputs]) -> CloseLookResult:
        """Misread every input, and run the first night by each way to control."""
        inputs, training, day = study.inputs(), self.training, self.days[0]
        learned, place = trained(training, study), training.place
        plain, seen = place.day(day, inputs.records), training.scenario(place, day, inputs)
        played = inputs.played(self.game, place, day)
        runs = {
            "uncontrolled": simulate(plain, [rule(IDLE)], dtype=np.float32)[0],
            "game alone": simulate(played, [follow(played)], dtype=np.float32)[0],
            "fused": simulate(seen, learned.policies(seen)[:1], dtype=np.float32)[0],
            "perfect foresight": perfect_foresight(plain, dtype=np.float32).run,
        }
        lost = importance(learned, [training.scenario(place, each, inputs) for each in self.days])
        return CloseLookResult(
            lost={name: float(each.mean()) for name, each in lost.items()},
            net={
                name: np.asarray(run.flows.import_kw - run.flows.export_kw, np.float64).tolist()
                for name, run in runs.items()
            },
            price=plain.import_price.tolist(),
        )
