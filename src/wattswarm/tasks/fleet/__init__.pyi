from .site import (
    FLEET_VEHICLES as FLEET_VEHICLES,
    USUAL_WEIGHTS as USUAL_WEIGHTS,
    Weights as Weights,
    fleet_load as fleet_load,
    fleet_prices as fleet_prices,
    fleet_scenario as fleet_scenario,
)
from .task import Fleet as Fleet, ForecastFleet as ForecastFleet, FusedFleet as FusedFleet
