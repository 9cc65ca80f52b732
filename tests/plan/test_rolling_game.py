"""The paper's game, played hour by hour: targets are met, and weight on congestion flattens the load."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from wattswarm.control.catalogue import rule
from wattswarm.control.runner import Run, simulate
from wattswarm.errors import InputError
from wattswarm.outlook.beliefs import beliefs_of
from wattswarm.outlook.foresight import Climatology, WithArrivals
from wattswarm.plan.advice import advised
from wattswarm.plan.rolling_game import RollingGame
from wattswarm.tasks.fleet.site import fleet_scenario
from wattswarm.world import Scenario

HONEST = WithArrivals(Climatology())


@pytest.fixture(scope="module")
def night() -> Scenario:
    return fleet_scenario(6, start=date(2024, 5, 31))


@pytest.fixture(scope="module")
def runs(night: Scenario) -> list[Run]:
    """No control, a game of the market's price, a game of congestion."""
    games = [RollingGame(HONEST, alpha) for alpha in (0.0, 1.0)]
    return [simulate(night, [policy])[0] for policy in (rule("uncontrolled"), *games)]


def test_targets_are_met(night: Scenario, runs: list[Run]) -> None:
    stays = night.stays
    for run in runs:
        assert np.asarray(run.flows.shortfall_kwh)[stays.end - 1, stays.port].max() < 1e-2


def test_the_markets_price_saves_money_and_that_of_congestion_flattens(runs: list[Run]) -> None:
    cost = [float(run.flows.money.import_cost.sum() - run.flows.money.export_income.sum()) for run in runs]
    spread = [float(np.ptp(run.flows.import_kw - run.flows.export_kw)) for run in runs]
    assert cost[1] < cost[2] < cost[0]
    assert spread[2] < min(spread[0], spread[1])


def test_its_price_is_that_of_the_load_it_plans(night: Scenario) -> None:
    advice = beliefs_of(advised(night, RollingGame(HONEST, 1.0))).advice
    assert advice is not None
    # Congestion alone: the price is in proportion to the net load, hour by hour.
    ratio = advice.signal[0] / advice.net_kw[0]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-6)


def test_a_weight_that_is_no_share_is_refused() -> None:
    with pytest.raises(InputError, match="alpha"):
        RollingGame(HONEST, 1.2)
