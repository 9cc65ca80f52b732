"""Who pays whom how much: tariffs that keep their order at negative prices, and currencies."""

from wattswarm.market.currency import REFERENCE_RATES, Conversion, convert
from wattswarm.market.fees import (
    PaymentFees,
    break_even,
    card,
    fee_of,
    free,
    goes_through,
    lightning,
    on_chain,
    percent,
)
from wattswarm.market.pool import pool_trade
from wattswarm.market.regime import Regime, known_until
from wattswarm.market.tariff import export_price, feed_in_price, import_price, service_price

__all__ = [
    "REFERENCE_RATES",
    "Conversion",
    "PaymentFees",
    "Regime",
    "break_even",
    "card",
    "convert",
    "export_price",
    "fee_of",
    "feed_in_price",
    "free",
    "goes_through",
    "import_price",
    "known_until",
    "lightning",
    "on_chain",
    "percent",
    "pool_trade",
    "service_price",
]
