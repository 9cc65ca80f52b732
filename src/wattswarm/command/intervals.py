"""The middle of several results and how sure it is: interquartile mean and 95 % bootstrap interval."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap, trim_mean


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
    centre = float(trim_mean(known, 0.25))
    low = high = centre
    if len(known) > 1 and np.ptp(known) > 0:
        interval = bootstrap(
            (known,),
            lambda sample, axis: trim_mean(sample, 0.25, axis=axis),
            method="percentile",
            n_resamples=2000,
            rng=np.random.default_rng(0),
        ).confidence_interval
        low, high = float(interval.low), float(interval.high)
    return {"iqm": centre, "low": low, "high": high, "values": plain}
