"""The game layer of the study: what it would do on every night, which no learner changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from wattswarm import __version__
from wattswarm.papers.experiment import digest_of
from wattswarm.papers.p003_fusion.layers.beliefs import foresight
from wattswarm.papers.p003_fusion.layers.places import Place
from wattswarm.plan import Adviser, Priced, RollingGame


@dataclass(frozen=True)
class Game:
    """A game that is played hour by hour."""

    belief: str
    alpha: float | None = None
    """Weight of congestion in the paper's composite price; None for the operator's price, which charges each
    what one more kWh costs the site."""

    @property
    def name(self) -> str:
        return "operator's price" if self.alpha is None else f"alpha {self.alpha:g}"

    def adviser(self) -> Adviser:
        if self.alpha is None:
            return Priced(foresight(self.belief))
        return RollingGame(foresight(self.belief), self.alpha)

    def file(self, place: Place, day: date) -> str:
        """Return where a night of it is kept; only the operator's price knows the difference's."""
        weights = place.weights if self.alpha is None else replace(place.weights, difference=0.0)
        found = digest_of(f"{__version__} {place.count} {weights} {self}")
        return f"{place.fleet}/{self.belief}-{found}/{day}.npz"
