"""Yardsticks: an ordered ladder from no flexibility to the bound, computed once for each scenario."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wattswarm.data.generate import generate_prices
from wattswarm.evaluate import yardsticks as module
from wattswarm.evaluate.baselines import BOUND, NO_FLEXIBILITY, fingerprint, flexibility, yardsticks
from wattswarm.market import Regime
from wattswarm.tasks import pool_scenario
from wattswarm.world import Scenario


@pytest.fixture(scope="module")
def days() -> Scenario:
    """Two days without negative prices."""
    prices = generate_prices(
        start=date(2024, 2, 1),
        days=40,
        timezone="America/New_York",
        currency="USD",
        negative_share=0.0,
        rng=np.random.default_rng(0),
    )
    return pool_scenario(prices, start=date(2024, 3, 4), days=2)


def test_the_ladder_ends_at_the_bound_and_is_kept(
    days: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profits = yardsticks(days, cache=tmp_path)
    assert max(profits, key=lambda name: profits[name]) in {BOUND, "MPC, perfect"}
    assert profits[NO_FLEXIBILITY] < profits["MPC, climatology + AR(1)"] <= profits[BOUND] + 1e-6
    assert flexibility(profits["MPC, perfect"], profits) > 0.98
    assert (flexibility(profits[NO_FLEXIBILITY], profits), flexibility(profits[BOUND], profits)) == (0.0, 1.0)
    assert [file.suffix for file in tmp_path.iterdir()] == [".json"]

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(module, "simulate", refuse)
    assert yardsticks(days, cache=tmp_path) == profits
    with pytest.raises(AssertionError, match="computed again"):
        yardsticks(replace(days, market=days.market * 1.01), cache=tmp_path)


def test_everything_that_matters_changes_the_fingerprint(days: Scenario) -> None:
    assert days.history is not None
    past = replace(days.history, market=days.history.market + 0.01)
    others = [
        replace(days, market=days.market + 0.01),
        replace(days, regular_kwh=days.regular_kwh * 2),
        replace(days, history=past),
        replace(days, regime=Regime.RT),
    ]
    assert len({fingerprint(each) for each in [days, *others]}) == 5
    assert fingerprint(replace(days, notes=("said differently",))) == fingerprint(days)
