"""What values a quantity can take before the file, not the world, is the likelier cause."""

from __future__ import annotations

from typing import Final

from wattswarm.data.cells.units import CURRENCY_PER_EURO, Quantity

MAX_PRICE_EUR_PER_KWH: Final = 20.0
MAX_MEDIAN_PRICE_EUR_PER_KWH: Final = 2.0
MAX_SESSION_KWH: Final = 500.0
MAX_SESSION_DAYS: Final = 31
MAX_CAPACITY_KWH: Final = 2_000.0

_LIMITS: Final[dict[Quantity, tuple[float, float]]] = {
    "power": (0.0, 5e6),
    "load": (0.0, 2e9),
    "intensity": (0.0, 5.0),
    "irradiance": (0.0, 2_000.0),
}


def limits(quantity: Quantity, unit: str) -> tuple[float, float]:
    """Return the least and the greatest plausible value in canonical units."""
    if quantity == "price":
        bound = MAX_PRICE_EUR_PER_KWH * CURRENCY_PER_EURO[unit.partition("/")[0]]
        return -bound, bound
    return _LIMITS[quantity]


def median_limit(unit: str) -> float:
    """Return the median above which prices per MWh were surely read as prices per kWh, in `unit`."""
    return MAX_MEDIAN_PRICE_EUR_PER_KWH * CURRENCY_PER_EURO[unit.partition("/")[0]]
