"""Who pays whom how much: tariffs that keep their order at negative prices, and currencies."""

from wattswarm.market.currency import REFERENCE_RATES, Conversion, convert
from wattswarm.market.regime import Regime, known_until
from wattswarm.market.tariff import export_price, feed_in_price, import_price, service_price

__all__ = [
    "REFERENCE_RATES",
    "Conversion",
    "Regime",
    "convert",
    "export_price",
    "feed_in_price",
    "import_price",
    "known_until",
    "service_price",
]
