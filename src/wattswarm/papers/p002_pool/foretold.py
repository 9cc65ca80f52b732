"""What planners earn on prices that a regression learned to foretell: learn first, then plan exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from wattswarm.control import Policy, simulate
from wattswarm.evaluate import Region, fingerprint, usual_price
from wattswarm.forecast import Model, Record, forecaster, next_day
from wattswarm.outlook import Forecasted, with_forecasts
from wattswarm.papers.experiment import cached
from wattswarm.plan import HoursAhead, ModelPredictive
from wattswarm.world import Scenario

FORECASTER = "lear"
"""Name of the forecaster: a lasso regression for each hour of the day, which takes seconds to fit."""


def foretold_planners(region: Region, months: Sequence[Scenario], cache: Path) -> list[Mapping[str, float]]:
    """Return what each planner earns in each month [currency], on forecasts learned from the time before."""
    model: Model | None = None

    def profits(month: Scenario) -> dict[str, float]:
        nonlocal model
        model = model or learned_prices(region)
        seen = with_forecasts(month, model, Record(region.prices))
        planners: list[Policy] = [
            ModelPredictive(Forecasted(f"prices by {model.name}")),
            HoursAhead(usual_price(month), f"backward plan, prices by {model.name}"),
        ]
        return {run.policy: run.profit for run in simulate(seen, planners)}

    return [
        cached(cache / f"{fingerprint(month)}-{FORECASTER}.json", dict[str, float], partial(profits, month))
        for month in months
    ]


def learned_prices(region: Region) -> Model:
    """Return a model of the next 24 hours' prices that saw nothing since the first month of judging began."""
    record = Record(region.prices)
    first = region.month(min(*region.split.validation, *region.split.test))
    end = int(np.searchsorted(record.times, first.times[0]))
    return forecaster(FORECASTER).fit(record.until(end), next_day(record))
