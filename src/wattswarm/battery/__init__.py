"""Battery ageing: cycles counted on the fly, what they and time cost, and the price of wear."""

from wattswarm.battery.ageing import Ageing, Health, age, fresh, health, renew
from wattswarm.battery.throughput import wear_price

__all__ = ["Ageing", "Health", "age", "fresh", "health", "renew", "wear_price"]
