"""Rules an operator would try first, all on the same view and behind the same projection."""

from wattswarm.plan.rules.charge import AsLateAsPossible, AverageRate, Uncontrolled
from wattswarm.plan.rules.demand import WithDeferral
from wattswarm.plan.rules.forecast import ForecastThreshold
from wattswarm.plan.rules.order import (
    EarliestDeadlineFirst,
    FirstComeFirstServed,
    LeastLaxityFirst,
    RoundRobin,
)
from wattswarm.plan.rules.price import PriceThreshold, WithVehicleToGrid
from wattswarm.plan.rules.priority import site_must_kw
from wattswarm.plan.rules.solar import SolarSurplus
from wattswarm.plan.rules.storage import WithPayingStorage, WithStorage

__all__ = [
    "AsLateAsPossible",
    "AverageRate",
    "EarliestDeadlineFirst",
    "FirstComeFirstServed",
    "ForecastThreshold",
    "LeastLaxityFirst",
    "PriceThreshold",
    "RoundRobin",
    "SolarSurplus",
    "Uncontrolled",
    "WithDeferral",
    "WithPayingStorage",
    "WithStorage",
    "WithVehicleToGrid",
    "site_must_kw",
]
