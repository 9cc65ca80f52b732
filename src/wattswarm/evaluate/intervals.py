"""The middle of several results and how sure it is: interquartile mean and 95 % bootstrap interval."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattswarm.evaluate.statistics import interval


def middle(values: NDArray[np.float64]) -> dict[str, Any]:
    """Return interquartile mean, 95 % bootstrap interval and the values, as JSON values.

    Args:
        values: one a horizon or a seed; NaN where there is none.

    Returns:
        `iqm`, `low`, `high` and `values`, None where nothing is known.
    """
    known = values[np.isfinite(values)]
    plain = [float(value) if np.isfinite(value) else None for value in values]
    if not len(known):
        return {"iqm": None, "low": None, "high": None, "values": plain}
    # A single result says nothing about chance; taken twice, its interval is a point.
    several = known if len(known) > 1 else np.repeat(known, 2)
    told = interval(several[:, None], np.random.default_rng(0))
    return {"iqm": told.value, "low": told.low, "high": told.high, "values": plain}
