"""Stationary first-order autoregressive noise, AR(1): x_t = phi x_(t-1) + sqrt(1 - phi^2) e_t, variance 1."""

from __future__ import annotations

import math
from itertools import accumulate

import numpy as np

from wattswarm.data.series import Floats


def autoregressive(steps: int, step_s: float, memory_s: float, rng: np.random.Generator) -> Floats:
    """Draw stationary Gaussian AR(1) noise with mean 0 and variance 1.

    Args:
        step_s: time between values in seconds.
        memory_s: time in seconds after which the correlation has fallen to 1/e.

    Returns:
        The noise, shape [steps].
    """
    phi = math.exp(-step_s / memory_s)
    shocks = rng.standard_normal(steps)
    shocks[1:] *= math.sqrt(1.0 - phi * phi)
    walk = accumulate(shocks.tolist(), lambda before, shock: shock + phi * before)
    return np.fromiter(walk, np.float64, steps)
