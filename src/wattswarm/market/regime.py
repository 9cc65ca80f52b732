"""Information regimes: which prices are known when (models 1.4)."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from wattswarm.data import Times, local_clock


class Regime(StrEnum):
    """What is known of prices at a step."""

    RT = "RT"
    """The price of the step itself; nothing later."""
    DAM = "DAM"
    """Day-ahead: tomorrow's prices are published at 13:00 local time."""
    GATE = "GATE"
    """Commitments are made before the day-ahead gate closes: nothing of tomorrow is known."""
    ORACLE = "ORACLE"
    """Everything."""


PUBLICATION_HOUR = 13.0


def known_until(times: Times, timezone: str, regime: Regime) -> NDArray[np.int64]:
    """Return for each step the first step whose price is not yet known.

    Args:
        times: interval starts, UTC, shape [step].
        timezone: IANA name of the market's clock.

    Returns:
        Step numbers in 1..steps, shape [step].
    """
    steps = np.arange(len(times))
    if regime is Regime.RT:
        return steps + 1
    if regime is Regime.ORACLE:
        return np.full(len(times), len(times))
    clock = local_clock(times, timezone)
    day = (clock.date - clock.date[0]).astype("timedelta64[D]").astype(np.int64)
    published = day + 1
    if regime is Regime.DAM:
        published = published + (clock.hour >= PUBLICATION_HOUR)
    return np.asarray(np.searchsorted(day, published), np.int64)
