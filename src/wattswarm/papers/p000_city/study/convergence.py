"""When a year settles down, as models.md 2.5 defines it, and what fees do to the break-even price (2.6)."""

from __future__ import annotations

import numpy as np

from wattswarm.data import Floats
from wattswarm.market import PaymentFees, break_even
from wattswarm.papers.p000_city.settings import Settings

WINDOW, LAST, BAND = 14, 60, 0.05


def rolling_mean(days: Floats, window: int = WINDOW) -> Floats:
    """Return the mean of each day and those before it in the window; fewer at the start."""
    sums = np.cumsum(np.insert(days, 0, 0.0))
    ends = np.arange(1, len(days) + 1)
    starts = np.maximum(ends - window, 0)
    return (sums[ends] - sums[starts]) / (ends - starts)


def convergence_day(days: Floats, band: float = BAND) -> int | None:
    """Return the first day after which the 14-day rolling mean stays near the mean of the last 60 days.

    Args:
        band: how near, as a share of that mean.

    Returns:
        The day, counted from 0 and not before a whole window; None where the figure never settles before the
        last 60 days begin.
    """
    if len(days) < LAST + WINDOW:
        return None
    level = float(days[-LAST:].mean())
    outside = np.flatnonzero(np.abs(rolling_mean(days) - level) > band * abs(level))
    day = max(WINDOW - 1, int(outside[-1]) + 1 if len(outside) else 0)
    return day if day <= len(days) - LAST else None


def v2g_margin(settings: Settings, fees: PaymentFees) -> float:
    """Return what a kWh of V2G leaves a vehicle that bought off-peak, its base fees aside [currency/kWh]."""
    battery, tariff = settings.battery, settings.tariff
    price = break_even(min(tariff.slots), fees, round_trip=battery.efficiency**2, wear=battery.wear)
    return tariff.v2g - float(price)


def hour_of_v2g(settings: Settings, fees: PaymentFees) -> float:
    """Return what an hour of V2G at full power leaves a vehicle, base fees of all payments too [currency]."""
    battery, tariff = settings.battery, settings.tariff
    sold, drawn = battery.kw, battery.kw / battery.efficiency**2
    earned = tariff.v2g * sold * (1.0 - float(fees.rate)) - float(fees.base) - battery.wear * sold
    # A full hour buys as much as the battery takes, so that refilling takes a little more than one payment.
    refills = drawn / battery.kw
    return earned - min(tariff.slots) * drawn * (1.0 + float(fees.rate)) - refills * float(fees.base)
