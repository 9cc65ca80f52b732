"""What all parts of the study are computed from: records, forecasters, and games as they were played."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from wattswarm.outlook import Advice, beliefs_of, believing
from wattswarm.papers.experiment import Part, Study, cached_arrays
from wattswarm.papers.p003_fusion.layers.beliefs import Layer, layer
from wattswarm.papers.p003_fusion.layers.games import Game
from wattswarm.papers.p003_fusion.layers.places import Place, Records, records
from wattswarm.plan import advised
from wattswarm.world import Scenario

_ADVICE = ("power_kw", "energy_kwh", "signal", "net_kw")


@dataclass(frozen=True, eq=False)
class Inputs:
    """Records, models and games."""

    records: Records
    layer: Layer
    games: Path

    def played(self, game: Game, place: Place, day: date) -> Scenario:
        """Return a night with forecasts and what the game would have done, from its file where that is."""
        scenario = self.layer.believing(place.day(day, self.records), game.belief)

        def play() -> dict[str, np.ndarray]:
            advice = beliefs_of(advised(scenario, game.adviser())).advice
            return {part: np.asarray(getattr(advice, part), np.float32) for part in _ADVICE}

        stored = cached_arrays(self.games / game.file(place, day), play)
        power, energy, signal, net = (stored[part].astype(np.float64) for part in _ADVICE)
        return believing(scenario, advice=Advice(power, energy, signal, net, f"the game, {game.name}"))


class FusionStudy(Study[Inputs]):
    """The study's folder, with its records and models at hand."""

    def open(self) -> Inputs:
        found = records(self.data)
        return Inputs(found, layer(found, self.out / "models", self.quick), self.out / "games")


@dataclass(frozen=True)
class Fit(Part[Inputs]):
    """Forecasters of price and load to be fitted for a month, which begins on a day."""

    belief: str
    month: date

    def is_done(self, study: Study[Inputs]) -> bool:
        return study.inputs().layer.is_fitted(self.belief, self.month)

    def complete(self, study: Study[Inputs]) -> None:
        study.inputs().layer.fit(self.belief, self.month)

    def summary(self, study: Study[Inputs]) -> str:  # noqa: ARG002 - others read what was computed
        return f"fitted {self.belief} for {self.month:%B %Y}"


@dataclass(frozen=True)
class Play(Part[Inputs]):
    """A game to be played on one night, for learners to look at."""

    game: Game
    place: Place
    day: date

    @property
    def group(self) -> tuple[Game, Place]:
        """Nights of one game share its programs."""
        return self.game, self.place

    def is_done(self, study: Study[Inputs]) -> bool:
        return (study.inputs().games / self.game.file(self.place, self.day)).is_file()

    def complete(self, study: Study[Inputs]) -> None:
        study.inputs().played(self.game, self.place, self.day)

    def summary(self, study: Study[Inputs]) -> str:  # noqa: ARG002 - others read what was computed
        return f"played {self.game.name} at {self.place.name}"
