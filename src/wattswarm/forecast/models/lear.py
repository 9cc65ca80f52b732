"""Lasso autoregression of each step of the day (LEAR), as the mean over several calibration windows."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LassoLarsIC
from threadpoolctl import threadpool_limits

from wattswarm.data import Floats
from wattswarm.forecast.ask import Ask, Origins
from wattswarm.forecast.contract import Forecast
from wattswarm.forecast.features.history import History
from wattswarm.forecast.features.origins import outcomes, too_short, training_origins
from wattswarm.forecast.models.regressors import Regressors, regressors
from wattswarm.forecast.record import Record, refuse_other_columns
from wattswarm.forecast.state import ModelState

_WEEK = 7
_FEWEST = 14
"""Forecasts below which no step's coefficients can be told apart."""
_NORMAL = 0.6745
"""Median absolute deviation of a normal variable of unit spread."""
_LIVELY = 0.05
"""A median deviation below this share of the standard one says nothing: a price may sit at its cap."""
_PATH = 100
"""Steps of the lasso's path, one regressor more or less at each."""


@dataclass(frozen=True)
class Lear:
    """A linear model of each step ahead, its few regressors chosen by the lasso."""

    windows: tuple[int, ...] = (364, 1092)
    """Days of each calibration window, the latest of the record; one longer than the record is all of it."""
    noise: float = 0.3
    """Share of the variance that is taken as noise when regressors are chosen: more of it, fewer."""
    most: int = 10_000
    """Forecasts to learn from in a window; of more, origins are taken evenly."""

    name = "lear"

    def reach(self, record: Record) -> int:
        return _WEEK * record.day

    def fit(self, record: Record, ask: Ask, *, seed: int = 0) -> LearModel:  # noqa: ARG002 (nothing random)
        """Choose and weigh the regressors of each step in each window."""
        return self.learn(record, ask, training_origins(record, ask, self.reach(record)))

    def learn(self, record: Record, ask: Ask, origins: Origins) -> LearModel:
        """Learn from some forecasts alone.

        Args:
            record: as it stands at the end of training.
            origins: of the forecasts, in order; past and future of each lie in the record.

        Raises:
            InputError: they are too few.
        """
        if len(origins) < _FEWEST:
            raise too_short(record, f"{len(origins)} forecasts to learn from", str(_FEWEST))
        firsts = {max(int(origins[0]), record.steps - days * record.day) for days in self.windows}
        # The latest forecasts of a window, however few days it has.
        starts = {min(int(np.searchsorted(origins, first)), len(origins) - _FEWEST) for first in firsts}
        windows = tuple(
            _calibrate(record, ask, origins[start :: -(-(len(origins) - start) // self.most)], self.noise)
            for start in sorted(starts)
        )
        return LearModel(windows, ask.steps, regressors(History(record, origins[:1], ask.steps)).names)


class Window(NamedTuple):
    """What one calibration window gave."""

    centre: Floats
    """Median of each regressor, same time of the step and truth last, shape [step, number + 1]."""
    spread: Floats
    """Of the same."""
    weights: Floats
    """Of the transformed regressors and the calendar, shape [step, number + indicator]."""
    offsets: Floats
    """Shape [step]."""
    bounds: Floats
    """Least and greatest value of the target in the window."""


@dataclass(frozen=True)
class LearModel:
    """Chosen and weighed regressors."""

    windows: tuple[Window, ...]
    """One or more, with equal say."""
    steps: int
    """Forecast from each origin."""
    features: tuple[str, ...]
    """The regressors in words, with when each is known."""

    name = "lear"

    def predict(self, record: Record, origins: Origins) -> Forecast:
        """Add up the regressors, within what the windows have seen: a linear model knows no price cap."""
        laid = regressors(History(record, origins, self.steps))
        refuse_other_columns(record, laid.names, self.features)
        return Forecast(origins, np.mean([_add_up(window, laid) for window in self.windows], axis=0))

    def to_state(self) -> ModelState:
        arrays = {
            f"{number} {name}": array
            for number, window in enumerate(self.windows)
            for name, array in window._asdict().items()
        }
        return ModelState({"steps": self.steps, "windows": len(self.windows)}, arrays, self.features)

    @classmethod
    def from_state(cls, state: ModelState) -> LearModel:
        windows = tuple(
            Window(*(state.array(f"{number} {name}") for name in Window._fields))
            for number in range(state.facts["windows"])
        )
        return cls(windows, state.facts["steps"], state.features)


def _calibrate(record: Record, ask: Ask, origins: Origins, noise: float) -> Window:
    laid = regressors(History(record, origins, ask.steps))
    truth = outcomes(record, origins, ask.steps)
    values = [np.column_stack([_numbers(laid, step), truth[:, step]]) for step in range(ask.steps)]
    centre = np.stack([_median(each) for each in values])
    spread = np.stack([_deviation(each) for each in values])
    chosen = []
    with threadpool_limits(1):  # threads cost more than they bring on matrices as small as these
        for step, each in enumerate(values):
            even = _even(each, centre[step], spread[step])
            chosen.append(_lasso(np.hstack([even[:, :-1], laid.calendar[:, step]]), even[:, -1], noise))
    weights, offsets = (
        np.stack([each.coef_ for each in chosen]),
        np.array([each.intercept_ for each in chosen]),
    )
    return Window(centre, spread, weights, offsets, np.array([truth.min(), truth.max()]))


def _add_up(window: Window, laid: Regressors) -> Floats:
    """Return the forecast of one window, in the unit of the target, shape [origin, step]."""
    centre, spread = window.centre, window.spread
    forecast = np.empty((len(laid.days), len(window.offsets)))
    for step in range(len(window.offsets)):
        even = _even(_numbers(laid, step), centre[step, :-1], spread[step, :-1])
        rows = np.hstack([even, laid.calendar[:, step]])
        # Sums by einsum: a row's does not depend on how many there are, as that of a matrix product may.
        forecast[:, step] = np.einsum("or,r->o", rows, window.weights[step]) + window.offsets[step]
    least, greatest = np.arcsinh((window.bounds[:, None] - centre[:, -1]) / spread[:, -1])
    return np.sinh(np.clip(forecast, least, greatest)) * spread[:, -1] + centre[:, -1]


def _numbers(laid: Regressors, step: int) -> Floats:
    return np.hstack([laid.days, laid.same_time[:, step]])


def _even(values: Floats, centre: Floats, spread: Floats) -> Floats:
    """Return values whose spikes are evened out by the inverse hyperbolic sine, 0 where there are none.

    Source:
        Uniejewski et al. 2018, DOI 10.1109/TPWRS.2017.2734563.
    """
    return np.nan_to_num(np.arcsinh((values - centre) / spread))


def _median(values: Floats) -> Floats:
    return np.asarray(np.nanmedian(_filled(values), axis=0))


def _deviation(values: Floats) -> Floats:
    """Return the spread of each column by its median deviation, or by the standard one, or 1."""
    filled = _filled(values)
    median = np.nanmedian(np.abs(filled - _median(values)), axis=0) / _NORMAL
    standard = np.nanstd(filled, axis=0)
    spread = np.where(median > _LIVELY * standard, median, standard)
    return np.where(spread > 0, spread, 1.0)


def _filled(values: Floats) -> Floats:
    """Return the values, 0 in columns that have none."""
    return np.where(np.isnan(values).all(axis=0), 0.0, values)


def _lasso(rows: Floats, sought: Floats, noise: float) -> LassoLarsIC:
    """Choose the penalty by Akaike's criterion, with the noise as a share of the variance."""
    variance = max(noise * float(sought.var()), np.finfo(np.float64).tiny)
    with warnings.catch_warnings():
        # The path ends early where regressors are nearly the same: what was found until then is used.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return LassoLarsIC("aic", noise_variance=variance, max_iter=_PATH).fit(rows, sought)
