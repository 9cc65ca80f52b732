"""The calibrated generator: sessions, prices, sun and load where a site brings no data of its own."""

from wattswarm.data.generate.arrivals import generate_sessions, poisson_day
from wattswarm.data.generate.demand import generate_demand
from wattswarm.data.generate.load import generate_load
from wattswarm.data.generate.overnight import overnight_fleet
from wattswarm.data.generate.prices import generate_prices
from wattswarm.data.generate.seed import generated
from wattswarm.data.generate.solar import generate_solar
from wattswarm.data.generate.time_of_use import generate_time_of_use

__all__ = [
    "generate_demand",
    "generate_load",
    "generate_prices",
    "generate_sessions",
    "generate_solar",
    "generate_time_of_use",
    "generated",
    "overnight_fleet",
    "poisson_day",
]
