"""Battery ageing: cycles counted on the fly, what they and time cost, and the price of wear."""

from wattswarm.battery.ageing import Ageing, Health, age, fresh, health, renew
from wattswarm.battery.curve import curve_pieces, taper
from wattswarm.battery.energy import charge_limit, discharge_limit, energy_after
from wattswarm.battery.schmalstieg import calendar_loss, calendar_wear
from wattswarm.battery.throughput import wear_price
from wattswarm.battery.xu import capacity_loss

__all__ = [
    "Ageing",
    "Health",
    "age",
    "calendar_loss",
    "calendar_wear",
    "capacity_loss",
    "charge_limit",
    "curve_pieces",
    "discharge_limit",
    "energy_after",
    "fresh",
    "health",
    "renew",
    "taper",
    "wear_price",
]
