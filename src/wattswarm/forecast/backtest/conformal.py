"""Honest bands around any model: split conformal intervals, for each lead step from its own past errors."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from wattswarm.data import Floats, Integers
from wattswarm.errors import InputError
from wattswarm.forecast.ask import Origins
from wattswarm.forecast.contract import LEVELS, Forecast
from wattswarm.forecast.features.almanac import clock_at
from wattswarm.forecast.features.origins import outcomes
from wattswarm.forecast.record import Record

FEWEST = 19
"""Past errors from which a band of 90 % follows: both of its borders lie within them."""
_HOURS = 24


@dataclass(frozen=True)
class Margins:
    """By how much forecasts are widened, for each group of steps."""

    around_mean: bool
    """Whether margins count from the mean; else from the model's own quantiles."""
    margins: Floats
    """Added at each of `LEVELS`, NaN for groups that were never seen, shape [group, level]."""
    hourly: bool = False
    """Whether a group is a lead step at an hour of the local day; else a lead step."""


def learn_margins(record: Record, past: Forecast, *, hourly: bool = False) -> Margins:
    """Learn margins from forecasts whose truth has come.

    A model with quantiles keeps its shape and is shifted outwards or inwards alike on both sides; one
    without gets the quantiles of its own errors. If errors to come are exchangeable with these, a band of
    90 % holds at least 90 % of them.

    Args:
        past: forecasts made after training, none of them used in it.
        hourly: whether errors of each hour of the local day are kept apart.

    Raises:
        InputError: a group has fewer than `FEWEST` errors.

    Source:
        Romano, Patterson and Candes (2019), Conformalized quantile regression, arXiv 1905.03222; Vovk,
        Gammerman and Shafer (2005), Algorithmic learning in a random world, for residual quantiles.
    """
    steps = past.mean.shape[1]
    truth = outcomes(record, past.origins, steps)
    group = _groups(record, past.origins, steps, hourly)
    counts = np.bincount(group.ravel(), minlength=steps * (_HOURS if hourly else 1))
    seen = np.flatnonzero(counts)
    if not len(seen) or counts[seen].min() < FEWEST:
        raise InputError(
            "the calibration stretch is too short for honest bands",
            where=record.target.name,
            found=f"{counts[seen].min() if len(seen) else 0} forecasts of a lead step",
            expected=f"at least {FEWEST} of each lead step",
            mend="let training end earlier, or testing begin later",
        )
    order = np.argsort(group.ravel(), kind="stable")
    cuts = np.cumsum(counts)[:-1]
    margins = np.full((len(counts), len(LEVELS)), np.nan)
    if past.quantiles is None:
        errors = np.split((truth - past.mean).ravel()[order], cuts)
        for at in seen:
            margins[at] = _of_errors(errors[at])
        return Margins(True, margins, hourly)
    outside = np.split((truth[..., None] - past.quantiles).reshape(-1, len(LEVELS))[order], cuts)
    for at in seen:
        margins[at] = _of_quantiles(outside[at])
    return Margins(False, margins, hourly)


def widen(record: Record, forecast: Forecast, margins: Margins) -> Forecast:
    """Return a forecast with calibrated quantiles that never cross.

    Returns:
        The same mean with new quantiles, shape [origin, step, level].

    Raises:
        InputError: a step was never calibrated, or the model has no quantiles that the margins need.
    """
    centre = forecast.mean[..., None] if margins.around_mean else forecast.quantiles
    group = _groups(record, forecast.origins, forecast.mean.shape[1], margins.hourly)
    if centre is None or group.max() >= len(margins.margins) or np.isnan(margins.margins[group]).any():
        raise InputError(
            "the margins were not learned for these forecasts",
            where="calibration",
            found=f"{forecast.mean.shape[1]} lead steps",
            expected="steps, hours and kind of model as in calibration",
            mend="calibrate on forecasts of the same kind",
        )
    return replace(forecast, quantiles=_nested(centre + margins.margins[group]))


def _groups(record: Record, origins: Origins, steps: int, hourly: bool) -> Integers:
    lead = np.broadcast_to(np.arange(steps), (len(origins), steps))
    if not hourly:
        return lead
    # The steps ahead may lie beyond the end of the record.
    begun = np.floor(clock_at(record.target, origins[:, None] + lead).hour)
    return lead * _HOURS + begun.astype(np.int64)


def _of_errors(errors: Floats) -> Floats:
    """Return the quantiles of some errors, their ranks moved outwards so that bands hold what they say."""
    ranked, count = np.sort(errors), len(errors)
    lows = [ranked[math.floor((count + 1) * level) - 1] for level in LEVELS if level < 0.5]
    highs = [ranked[math.ceil((count + 1) * level) - 1] for level in LEVELS if level > 0.5]
    return np.asarray([*lows, np.median(errors), *highs])


def _of_quantiles(outside: Floats) -> Floats:
    """Return the shifts of some quantiles, by how far truths lay outside of each band, shape [level]."""
    count, shifts = len(outside), np.zeros(len(LEVELS))
    for low in range(len(LEVELS) // 2):
        high = len(LEVELS) - 1 - low
        far = np.sort(np.maximum(-outside[:, low], outside[:, high]))
        shift = far[math.ceil((count + 1) * (LEVELS[high] - LEVELS[low])) - 1]
        shifts[low], shifts[high] = -shift, shift
    return shifts


def _nested(quantiles: Floats) -> Floats:
    """Return quantiles in order: each band holds the next narrower one, and none is made narrower."""
    middle = len(LEVELS) // 2
    straight = np.stack([quantiles, np.flip(quantiles, -1)])
    low, high = straight.min(axis=0)[..., :middle], straight.max(axis=0)[..., middle + 1 :]
    # From the innermost band outwards.
    low = np.flip(np.minimum.accumulate(np.flip(low, -1), axis=-1), -1)
    high = np.maximum.accumulate(high, axis=-1)
    median = np.clip(quantiles[..., middle], low[..., -1], high[..., 0])
    return np.asarray(np.concatenate([low, median[..., None], high], axis=-1))
