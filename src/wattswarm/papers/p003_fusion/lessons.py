"""Trainings of the study: who learns to control the fleet, knowing what, and the policies that come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from wattswarm.evaluate import Role, days_of
from wattswarm.learn import TaskProblem, TrainedPolicy, learner, needs_grid
from wattswarm.learn.parts import Bins, evenly
from wattswarm.learn.training import Record, Trained, train
from wattswarm.papers.experiment import SharedActor, digest_of, plain_name
from wattswarm.papers.p003_fusion.layers.games import Game, played
from wattswarm.papers.p003_fusion.layers.places import Place
from wattswarm.papers.p003_fusion.trials import Desk
from wattswarm.tasks import scales, setting, shaped, with_scales
from wattswarm.tasks.fleet import Fleet, ForecastFleet, FusedFleet
from wattswarm.world import Scenario

Kind = Literal["alone", "forecast", "fused"]
"""What the learner sees: nothing of the hours ahead, forecasts, or forecasts and the game."""
Changes = tuple[tuple[str, float], ...]
"""Fields of a learner and their values."""
_TASKS: Mapping[Kind, type[Fleet]] = MappingProxyType(
    {"alone": Fleet, "forecast": ForecastFleet, "fused": FusedFleet}
)
_BLOCKS = 20
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


@dataclass(frozen=True)
class Lesson:
    """One way to train at one place.

    Args:
        label: name in tables.
        algorithm: name in the registry of learners.
        place: case of the fleet.
        kind: what is seen.
        game: layer in front of it; of those that see no game, only what it believes counts.
        changes: fields of the learner that differ from its defaults.
        seeds: trained side by side.
        steps: environment steps of each seed.
        nights: how many to learn from, and to choose by.
    """

    label: str
    algorithm: str
    place: Place
    kind: Kind
    game: Game
    changes: Changes = ()
    seeds: tuple[int, ...] = (0,)
    steps: int = 60_000
    nights: tuple[int, int] = (48, 12)

    @property
    def folder(self) -> str:
        """Name of its folder within the study's."""
        told = digest_of(f"{self.game} {self.changes} {self.steps} {self.nights} {self.seeds}")
        return f"{self.place.name}/{plain_name(f'{self.label} {self.kind}')}-{told}"

    @property
    def points(self) -> tuple[int, ...] | None:
        """Grid of choices: give, wait and charge for tables, quarters of the power for other grids."""
        if not needs_grid(self.algorithm):
            return None
        return (3,) if self.algorithm == "tabular" else (9,)

    def made(self) -> Any:
        """Return the learner."""
        changes: dict[str, Any] = dict(self.changes)
        if self.algorithm == "tabular":
            bins = _FUSED_BINS if self.kind == "fused" else _BINS
            changes = {"bins": bins, "shared": True, **changes}
        return learner(self.algorithm, **changes)

    def night(self, day: date, desk: Desk, place: Place | None = None) -> Scenario:
        """Return a night as the learner sees it.

        Args:
            day: date of the evening.
            desk: records, forecasters and games.
            place: another place than its own.
        """
        where = place or self.place
        if self.kind == "fused":
            return played(self.game, where, day, desk.records, desk.layer, desk.games)
        scenario = where.day(day, desk.records)
        return desk.layer.believing(scenario, self.game.belief) if self.kind == "forecast" else scenario

    def task(self, nights: Sequence[Scenario]) -> Fleet:
        """Return the bare task on given nights."""
        return _TASKS[self.kind](setting(nights))

    def train(self, desk: Desk, out: Path, progress: Callable[[Record], None] | None = None) -> Pupil:
        """Train the seeds, or what of that is left; what is done comes back from its files.

        Args:
            desk: records, forecasters and games.
            out: folder of all trainings.
            progress: told of every block.
        """
        made = self.made()
        bare = self.task(self._nights("training", desk))
        measure = scales(bare)
        share = 1.0 / len(bare.agents)
        judged = with_scales(self.task(self._nights("validation", desk)), measure)
        trained = train(
            TaskProblem(shaped(bare, gamma=made.gamma, share=share), self.points),
            made,
            steps=self.steps,
            seeds=self.seeds,
            validation=TaskProblem(judged, self.points),
            out=out / self.folder,
            blocks=_BLOCKS,
            progress=progress,
        )
        return Pupil(self, trained, measure)

    def dates(self, role: Role) -> tuple[date, ...]:
        """Return the dates to learn from, or to choose by."""
        return days_of(role, self.nights[0] if role == "training" else self.nights[1])

    def _nights(self, role: Role, desk: Desk) -> list[Scenario]:
        return [self.night(day, desk) for day in self.dates(role)]


@dataclass(frozen=True, eq=False)
class Pupil:
    """A lesson that was learned.

    Args:
        lesson: how.
        trained: what came of it.
        scales: of what was seen in training.
    """

    lesson: Lesson
    trained: Trained
    scales: Mapping[str, float] = field(default_factory=dict)

    def policies(self, night: Scenario) -> list[TrainedPolicy | SharedActor]:
        """Return the policy of every seed for a night laid out by `Lesson.night`, of a fleet of any size.

        At another size the vehicles act in groups, each as the fleet of training did, the last one perhaps
        not full.
        """
        problem = self.problem(night)
        states = [self.trained.policy(seed) for seed in self.trained.seeds]
        label, who, layout = self.lesson.label, self.trained.learner, self.trained.layout
        if night.arrays.port_count == self.lesson.place.count:
            return [TrainedPolicy(problem, who, state, label) for state in states]
        return [SharedActor(problem, who, state, layout, label) for state in states]

    def problem(self, night: Scenario) -> TaskProblem:
        """Return a night's problem, seen with the scales of training."""
        return TaskProblem(with_scales(self.lesson.task([night]), self.scales), self.lesson.points)
