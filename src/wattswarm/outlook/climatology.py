"""What is usual at an hour, and how far the present differs from it: beliefs made from the past alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wattswarm.data import Floats

MEMORY_DAYS = 28
"""Days whose mean is usual."""
HOURLY_PERSISTENCE = 0.9
"""Share of the deviation from the usual price, load or demand that is left after an hour."""
SUN_PERSISTENCE = 0.97
"""The same for the ratio of output to usual output."""
SUN_MEMORY_H = 4.0
"""Hours over which that ratio is measured."""

Steps = NDArray[np.int64]


def climatology(values: Floats, now: Steps, lead: Steps, step_h: float) -> Floats:
    """Return the usual value of each hour ahead plus the present deviation, which loses a tenth every hour.

    Args:
        values: of every step up to the last of `now` at least, NaN where unknown, shape [step, ...].
        now: steps at which it is believed, one after the other, shape [now].
        lead: steps ahead, shape [lead].
        step_h: length of a step [h].

    Returns:
        In the unit of the values, as now where nothing is known of an hour, shape [now, lead, ...].
    """
    present, day = values[now], round(24.0 / step_h)
    mean, at = usual(values, day, int(now[0])), now - now[0]
    here = np.where(np.isnan(mean[at]), present, mean[at])
    ahead = _or_now(mean[at[:, None] + lead % day], present)
    fade = _fade(HOURLY_PERSISTENCE, lead, step_h, values.ndim)
    return np.asarray(ahead + fade * (present - here)[:, None])


def sunshine(output: Floats, now: Steps, lead: Steps, step_h: float) -> Floats:
    """Return the usual output of each hour ahead times how sunny the last hours were, fading to usual.

    Clouds scale the sun, so a dull morning promises a dull noon, not a noon that is some kW lower.

    Args:
        output: of every step up to the last of `now` at least [kW], NaN where unknown, shape [step, ...].
        now: steps at which it is believed, one after the other, shape [now].
        lead: steps ahead, shape [lead].
        step_h: length of a step [h].

    Returns:
        Output [kW], shape [now, lead, ...].
    """
    present, day = output[now], round(24.0 / step_h)
    back = now[:, None] - np.arange(min(now[-1] + 1, max(1, round(SUN_MEMORY_H / step_h))))
    first = max(int(back.min()), 0)
    mean, counts = usual(output, day, first), back >= 0
    back, counted = np.maximum(back, 0), counts.reshape(counts.shape + (1,) * (output.ndim - 1))
    normally = np.where(counted, _or_now(mean[back - first], present), 0.0).sum(axis=1)
    lately = np.where(counted, output[back], 0.0).sum(axis=1)
    ahead = _or_now(mean[now[:, None] + lead % day - first], present)
    # By night there is nothing to compare: then the sun will be as usual.
    least = 0.02 * ahead.max(axis=1, initial=0.0) * counted.sum(axis=1)
    ratio = np.where(normally > least, lately / np.maximum(normally, 1e-9), 1.0)
    sunny = np.clip(np.nan_to_num(ratio, nan=1.0), 0.0, 3.0)
    faded = _fade(SUN_PERSISTENCE, lead, step_h, output.ndim) * (sunny - 1.0)[:, None]
    return np.asarray(np.clip(ahead * (1.0 + faded), 0.0, None))


def usual(values: Floats, day: int, first: int = 0) -> Floats:
    """Return the mean of the 28 days before each step, from one step to almost a day after the last.

    Args:
        values: NaN where unknown, shape [step, ...].
        day: steps of a day.
        first: first step whose mean is asked for.

    Returns:
        Of step `first` to the last hour that the values say something of, NaN where nothing is known, shape
        [step - first + day - 1, ...].
    """
    back = np.arange(first, len(values) + day - 1) - day * np.arange(1, MEMORY_DAYS + 1)[:, None]
    seen = values.take(np.maximum(back, 0), axis=0)
    if back[-1, 0] < 0:
        seen[back < 0] = np.nan
    total = seen.sum(axis=0)
    if not np.isnan(total).any():
        return np.asarray(total / MEMORY_DAYS)
    known = ~np.isnan(seen)
    count = known.sum(axis=0)
    mean = np.where(known, seen, 0.0).sum(axis=0) / np.maximum(count, 1)
    return np.asarray(np.where(count > 0, mean, np.nan))


def _or_now(mean: Floats, present: Floats) -> Floats:
    """Return means of shape [now, step, ...], the present value where there is none."""
    return np.where(np.isnan(mean), present[:, None], mean)


def _fade(persistence: float, lead: Steps, step_h: float, dimensions: int) -> Floats:
    """Return what is left of a deviation after some steps, shape [1, lead, ...]."""
    left = persistence ** (lead * step_h)
    return np.asarray(left.reshape((1, len(lead)) + (1,) * (dimensions - 1)))
