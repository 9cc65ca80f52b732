"""Trainings of the study: who learns to control the fleet, knowing what, and the policies that come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from wattswarm.control import Run
from wattswarm.learn import TrainingSet, any_learner, needs_grid
from wattswarm.learn.parts import Bins, evenly
from wattswarm.papers.experiment import Evaluation, Training, digest_of, plain_name
from wattswarm.papers.p003_fusion.layers.games import Game
from wattswarm.papers.p003_fusion.layers.inputs import Inputs
from wattswarm.papers.p003_fusion.layers.outcome import Night, night_of
from wattswarm.papers.p003_fusion.layers.places import Place
from wattswarm.tasks import setting
from wattswarm.tasks.fleet import Fleet, ForecastFleet, FusedFleet
from wattswarm.world import Scenario

Kind = Literal["alone", "forecast", "fused"]
"""What the learner sees: nothing of the hours ahead, forecasts, or forecasts and the game."""
_TASKS: Mapping[Kind, type[Fleet]] = MappingProxyType(
    {"alone": Fleet, "forecast": ForecastFleet, "fused": FusedFleet}
)
_BINS: tuple[Bins, ...] = (
    evenly("state of charge", 0.0, 1.0, 5),
    Bins("hours to spare", (0.05, 0.15, 0.3)),
    evenly("price", 0.2, 1.0, 4),
    evenly("load", 0.05, 0.25, 4),
    Bins("hour, sine", (-0.5, 0.5)),
    Bins("hour, cosine", (-0.5, 0.5)),
)
"""The paper's state, battery, grid demand, price and time, with the hours to spare."""
_FUSED_BINS: tuple[Bins, ...] = (
    *_BINS[:2],
    evenly("composite price", 0.2, 1.0, 4),
    Bins("rise to the planned peak", (0.02, 0.1)),
    Bins("fall to the planned valley", (0.02, 0.1)),
    Bins("hours of the stay with a lower one", (0.05, 0.2)),
)
"""The same with the game's price, and where it stands between its peak and its valley."""


@dataclass(frozen=True, kw_only=True)
class FleetTraining(Training[Inputs]):
    """One way to train at one place."""

    blocks = 20
    kind: Kind
    game: Game
    """Layer in front of it; of those that see no game, only what it believes counts."""

    @property
    def folder(self) -> str:
        digest = digest_of(f"{self.game} {self.changes} {self.steps} {self.days} {self.seeds}")
        return f"{self.place.name}/{plain_name(f'{self.label} {self.kind}')}-{digest}"

    @property
    def points(self) -> tuple[int, ...] | None:
        """Grid of choices: give, wait and charge for tables, quarters of the power for other grids."""
        if not needs_grid(self.algorithm):
            return None
        return (3,) if self.algorithm == "tabular" else (9,)

    def learner(self, training_set: TrainingSet, out: Path) -> Any:
        """Return the learner; tables need bins of what they see."""
        if self.algorithm != "tabular":
            return super().learner(training_set, out)
        bins = _FUSED_BINS if self.kind == "fused" else _BINS
        return any_learner(self.algorithm, **{"bins": bins, "shared": True, **dict(self.changes)})

    def scenario(self, place: Place, day: date, inputs: Inputs) -> Scenario:
        if self.kind == "fused":
            return inputs.played(self.game, place, day)
        scenario = place.day(day, inputs.records)
        return inputs.layer.believing(scenario, self.game.belief) if self.kind == "forecast" else scenario

    def task(self, scenarios: Sequence[Scenario]) -> Fleet:
        return _TASKS[self.kind](setting(scenarios))


class FleetEvaluation(Evaluation[FleetTraining, Night]):
    """Nights of every seed of a training, at its own place or one of another size, its actor carried over."""

    result_type = list[list[Night]]

    def outcome(self, run: Run, decided_s: float) -> Night:
        return night_of(run, decided_s=decided_s)
