"""The game layer of the study: what it would have done on every night, kept, since no learner changes it."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from wattswarm import __version__
from wattswarm.files import write_files
from wattswarm.outlook import Advice, beliefs_of, believing
from wattswarm.papers.experiment import digest_of
from wattswarm.papers.p003_fusion.layers.beliefs import Layer, foresight
from wattswarm.papers.p003_fusion.layers.places import Place, Records
from wattswarm.plan import Adviser, Priced, RollingGame, advised
from wattswarm.world import Scenario

_PARTS = ("power_kw", "energy_kwh", "signal", "net_kw")


@dataclass(frozen=True)
class Game:
    """A game that is played hour by hour.

    Args:
        belief: of price and load.
        alpha: weight of congestion in the paper's composite price; None for the operator's price, which
            charges each what one more kWh costs the site.
    """

    belief: str
    alpha: float | None = None

    @property
    def name(self) -> str:
        """Name in tables."""
        return "operator's price" if self.alpha is None else f"alpha {self.alpha:g}"

    def adviser(self) -> Adviser:
        """Return who plays it."""
        if self.alpha is None:
            return Priced(foresight(self.belief))
        return RollingGame(foresight(self.belief), self.alpha)

    def file(self, place: Place, day: date) -> str:
        """Return where a night of it is kept; only the operator's price knows the difference's."""
        weights = place.weights if self.alpha is None else replace(place.weights, difference=0.0)
        told = digest_of(f"{__version__} {place.count} {weights} {self}")
        return f"{place.fleet}/{self.belief}-{told}/{day}.npz"


def played(game: Game, place: Place, day: date, records: Records, layer: Layer, folder: Path) -> Scenario:
    """Return a night with forecasts and with what the game would have done, from its file where it is there.

    Args:
        game: what is played.
        place: case of the fleet.
        day: date of the evening.
        records: of price and load.
        layer: who forecasts.
        folder: of the files.
    """
    scenario = layer.believing(place.day(day, records), game.belief)
    path = folder / game.file(place, day)
    if path.is_file():
        with np.load(path, allow_pickle=False) as kept:
            power, energy, signal, net = (np.asarray(kept[part], np.float64) for part in _PARTS)
        return believing(scenario, advice=Advice(power, energy, signal, net, f"the game, {game.name}"))
    told = advised(scenario, game.adviser())
    advice = beliefs_of(told).advice
    assert advice is not None  # `advised` lays it beside the night
    buffer = io.BytesIO()
    parts = {part: np.asarray(getattr(advice, part), np.float32) for part in _PARTS}
    np.savez_compressed(buffer, allow_pickle=False, **parts)
    write_files(path.parent, {path.name: buffer.getvalue()})
    return played(game, place, day, records, layer, folder)
