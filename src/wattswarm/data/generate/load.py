"""Base load of a building: the shape of its weekdays and weekends scaled to a mean, with lasting noise."""

from __future__ import annotations

from typing import Literal

import numpy as np

from wattswarm.data.calendar import local_clock
from wattswarm.data.generate.noise import autoregressive
from wattswarm.data.series import Floats, Times
from wattswarm.errors import InputError

Shape = Literal["flat", "household", "office", "retail"]

# fmt: off
# Load by hour of the local day over the week's mean: rows weekday, weekend. Households are 17 real homes in
# Fontana, California (CityLearn 2022, MIT); office and retail are our own, with plant running at night.
_SHAPES: dict[Shape, Floats] = {
    "flat": np.ones((2, 24)),
    "household": np.array([
        [0.68, 0.63, 0.61, 0.60, 0.67, 0.75, 0.76, 0.91, 1.07, 1.24, 1.22, 1.24,
         1.20, 1.16, 1.12, 1.18, 1.21, 1.19, 1.18, 1.15, 1.04, 0.96, 0.89, 0.79],
        [0.74, 0.67, 0.61, 0.61, 0.60, 0.64, 0.77, 1.00, 1.26, 1.43, 1.41, 1.46,
         1.39, 1.38, 1.37, 1.32, 1.26, 1.22, 1.24, 1.19, 1.10, 1.00, 0.91, 0.83],
    ]),
    "office": np.array([
        [0.50, 0.50, 0.50, 0.50, 0.52, 0.60, 0.90, 1.35, 1.75, 1.90, 1.95, 1.95,
         1.85, 1.90, 1.90, 1.85, 1.70, 1.40, 1.00, 0.80, 0.65, 0.55, 0.50, 0.50],
        [0.50, 0.50, 0.50, 0.50, 0.50, 0.50, 0.52, 0.55, 0.60, 0.62, 0.65, 0.65,
         0.65, 0.65, 0.62, 0.60, 0.58, 0.55, 0.52, 0.50, 0.50, 0.50, 0.50, 0.50],
    ]),
    "retail": np.array([
        [0.45, 0.45, 0.45, 0.45, 0.45, 0.50, 0.65, 0.95, 1.30, 1.50, 1.55, 1.60,
         1.60, 1.60, 1.60, 1.60, 1.60, 1.60, 1.55, 1.35, 1.00, 0.70, 0.50, 0.45],
        [0.45, 0.45, 0.45, 0.45, 0.45, 0.45, 0.50, 0.70, 1.10, 1.45, 1.65, 1.70,
         1.70, 1.70, 1.70, 1.65, 1.55, 1.35, 1.00, 0.75, 0.60, 0.50, 0.45, 0.45],
    ]),
}
# fmt: on
_NOISE_SD, _NOISE_MEMORY_S = 0.12, 3 * 3600.0


def generate_load(
    shape: Shape, mean_kw: float, *, times: Times, timezone: str, rng: np.random.Generator
) -> Floats:
    """Draw the base load of a building; the flat shape has no noise.

    Args:
        shape: flat, household, office or retail.
        mean_kw: mean over a whole week in kW, >= 0.
        times: interval starts at an even step, UTC, shape [n].
        timezone: IANA name of the clock people live by.

    Returns:
        Mean load of each interval in kW, never negative, shape [n].

    Raises:
        InputError: an unknown shape or time zone, or a negative mean.

    Source:
        Household: CityLearn Challenge 2022 data set. Office and retail: typical shapes.
    """
    if shape not in _SHAPES:
        raise InputError("unknown shape of load", where="shape", found=shape, expected=", ".join(_SHAPES))
    if not mean_kw >= 0:
        raise InputError("negative load", where="mean_kw", found=mean_kw, expected="0 or more")
    if shape == "flat" or len(times) == 0:
        return np.full(len(times), float(mean_kw))
    step_s = float((times[1] - times[0]).astype(np.int64)) if len(times) > 1 else 3600.0
    clock = local_clock(times, timezone)
    middles = np.arange(24) + 0.5
    hour = clock.hour + step_s / 7200.0
    weekday, weekend = (np.interp(hour, middles, row, period=24.0) for row in _SHAPES[shape])
    week_mean = (5.0 * _SHAPES[shape][0].mean() + 2.0 * _SHAPES[shape][1].mean()) / 7.0
    noise = _NOISE_SD * autoregressive(len(times), step_s, _NOISE_MEMORY_S, rng)
    # exp(x - sd^2 / 2) has mean one for Gaussian x, so that noise never turns a load negative nor shifts it.
    factor = np.exp(noise - 0.5 * _NOISE_SD**2)
    return np.asarray(mean_kw / week_mean * np.where(clock.weekday >= 5, weekend, weekday) * factor)
