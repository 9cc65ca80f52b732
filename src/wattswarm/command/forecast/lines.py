"""The command line about forecasts: `wattswarm forecast`. It imports what it needs when it runs."""

from __future__ import annotations

import sys

from wattswarm.command.arguments import Json, options_of
from wattswarm.command.forecast.options import Order
from wattswarm.terminal import busy, console_for


@options_of(Order)
def forecast(order: Order, json: Json = False) -> None:
    """Forecast a series by several models, judged on days they never saw, with calibrated bands.

    Examples:

    - `wattswarm forecast prices.csv --quick`

    - `wattswarm forecast prices.csv --ask one-step --models persistence,boosting,bilstm`

    - `wattswarm forecast prices.csv --beside wind_forecast_mw --known wind_forecast_mw=beforehand`

    - `wattswarm forecast newer.csv --apply wattswarm-out/forecast`
    """
    console = console_for(json)
    with busy(console, "starting"):
        from wattswarm.command.forecast.next import forecast_next
        from wattswarm.command.forecast.run import forecast_series

    answer = forecast_series if order.apply is None else forecast_next
    answer(order, json, console, sys.argv[1:])
