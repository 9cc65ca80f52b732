from .site import (
    MEAN_PRICE_INR as MEAN_PRICE_INR,
    PAPER_VEHICLES as PAPER_VEHICLES,
    TARGET_SOC as TARGET_SOC,
    Limits as Limits,
    station_scenario as station_scenario,
    station_site as station_site,
)
