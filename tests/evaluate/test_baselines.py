"""Baselines: an ordered ladder from no flexibility to the bound, computed once for each scenario."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wattswarm.data.generate import generate_prices
from wattswarm.evaluate import baselines
from wattswarm.evaluate.baselines import BOUND, NO_FLEXIBILITY, baseline_profits, fingerprint
from wattswarm.evaluate.score import flexibility_score
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
    profits = baseline_profits(days, cache=tmp_path)
    assert max(profits, key=lambda name: profits[name]) in {BOUND, "MPC, perfect"}
    assert profits[NO_FLEXIBILITY] < profits["MPC, climatology + AR(1)"] <= profits[BOUND] + 1e-6
    score = flexibility_score(profits["MPC, perfect"], profits[NO_FLEXIBILITY], profits[BOUND])
    assert score is not None
    assert score > 0.98
    assert [file.suffix for file in tmp_path.iterdir()] == [".json"]

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(baselines, "simulate", refuse)
    assert baseline_profits(days, cache=tmp_path) == profits
    with pytest.raises(AssertionError, match="computed again"):
        baseline_profits(replace(days, market=days.market * 1.01), cache=tmp_path)


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
