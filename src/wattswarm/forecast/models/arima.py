"""ARIMA in its state-space form: the filter carries what is known to each origin, without fitting again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.statespace.sarimax import SARIMAX

from wattswarm.data import Floats
from wattswarm.forecast.ask import Ask, Origins
from wattswarm.forecast.contract import Forecast
from wattswarm.forecast.features.history import too_little_history
from wattswarm.forecast.features.origins import training_origins
from wattswarm.forecast.record import Record
from wattswarm.forecast.state import ModelState

_FEWEST = 100
"""Values below which the coefficients mean little."""


@dataclass(frozen=True)
class Arima:
    """An ARIMA model of the target alone."""

    autoregressive: int = 2
    """Order p."""
    differences: int = 0
    """Order d."""
    moving: int = 1
    """Order q of the moving average."""
    seasonal: tuple[int, int, int] = (0, 0, 0)
    """Orders P, D and Q of the season; none by default, since a season of 96 is slow."""
    season_h: int = 24
    """Hours of a season."""
    most: int = 20_000
    """Values to learn from, the latest."""
    settle: int = 2_000
    """Values before the first origin on which the filter settles."""

    name = "arima"

    def reach(self, record: Record) -> int:
        """Return how many steps it reads before an origin: fewer are possible, and less exact."""
        season = sum(self.seasonal) * self._season(record)
        return max(_FEWEST, 2 * season, self.autoregressive + self.differences + self.moving)

    def fit(self, record: Record, ask: Ask, *, seed: int = 0) -> ArimaModel:  # noqa: ARG002 (nothing random)
        """Estimate the coefficients by maximum likelihood."""
        training_origins(record, ask, self.reach(record))
        values = record.target.values[-self.most :]
        order = (self.autoregressive, self.differences, self.moving)
        season = (*self.seasonal, self._season(record) if any(self.seasonal) else 0)
        mean = 0.0 if self.differences or self.seasonal[1] else float(values.mean())
        # The likelihood by the innovations algorithm: the filter's, in a third of the time.
        model = ARIMA(values - mean, order=order, seasonal_order=season, trend="n")
        found = model.fit(method="innovations_mle", low_memory=True)
        return ArimaModel(order, season, np.asarray(found.params), mean, ask.steps, self.settle)

    def _season(self, record: Record) -> int:
        return max(2, self.season_h * record.day // 24)


@dataclass(frozen=True)
class ArimaModel:
    """Estimated coefficients."""

    order: tuple[int, int, int]
    """P, d and q."""
    season: tuple[int, int, int, int]
    """P, D, Q and the steps of a season, 0 for none."""
    coefficients: Floats
    """In the order of the library."""
    mean: float
    """That is taken off the values, in the unit of the target."""
    steps: int
    """Forecast from each origin."""
    settle: int
    """Values before the first origin on which the filter settles."""

    name = "arima"

    def predict(self, record: Record, origins: Origins) -> Forecast:
        """Let the filter run to each origin and the model run on from there."""
        if origins.min() < _FEWEST:
            raise too_little_history(record, int(origins.min()), _FEWEST)
        first = max(0, int(origins.min()) - self.settle)
        values = record.target.values[first : int(origins.max())] - self.mean
        model = SARIMAX(values, order=self.order, seasonal_order=self.season)
        known = model.filter(self.coefficients)
        # Column k is what is expected of the state at step k by the values before it.
        state = known.filter_results.predicted_state[:, origins - first]
        transition, shown = model["transition"], model["design"][0]
        mean = np.empty((len(origins), self.steps))
        for ahead in range(self.steps):
            mean[:, ahead] = self.mean + shown @ state
            state = transition @ state
        return Forecast(origins, mean)

    def to_state(self) -> ModelState:
        facts = {"order": self.order, "season": self.season, "mean": self.mean}
        facts |= {"steps": self.steps, "settle": self.settle}
        return ModelState(
            facts, {"coefficients": self.coefficients}, ("values of the target (before the origin)",)
        )

    @classmethod
    def from_state(cls, state: ModelState) -> ArimaModel:
        facts = state.facts
        order, season = tuple(facts["order"]), tuple(facts["season"])
        coefficients = state.array("coefficients")
        return cls(order, season, coefficients, facts["mean"], facts["steps"], facts["settle"])
