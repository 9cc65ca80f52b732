"""Prices of a site made from the market's price, in the same order at any sign (models 1.1, 002 eq. (15))."""

from __future__ import annotations

import numpy as np

from wattswarm.data import Floats
from wattswarm.site import Tariff


def import_price(market: Floats, tariff: Tariff) -> Floats:
    """Return what a bought kWh costs, of the wholesale price [currency/kWh], shape [step] each."""
    return market * tariff.import_multiplier + tariff.import_adder_per_kwh


def export_price(market: Floats, tariff: Tariff) -> Floats:
    """Return what a sold kWh earns, p - (1 - share)|p| - fee, shape [step]."""
    return market - (1.0 - tariff.export_share) * np.abs(market) - tariff.export_fee_per_kwh


def feed_in_price(market: Floats, tariff: Tariff) -> Floats:
    """Return what exported solar earns: the better of export price and feed-in tariff, shape [step]."""
    spot = export_price(market, tariff)
    return spot if tariff.feed_in_per_kwh is None else np.maximum(spot, tariff.feed_in_per_kwh)


def service_price(market: Floats, tariff: Tariff) -> Floats:
    """Return what customers of deferrable demand pay, p + (k - 1)|p| of the import price, shape [step]."""
    price = import_price(market, tariff)
    return price + (tariff.demand_multiplier - 1.0) * np.abs(price)
