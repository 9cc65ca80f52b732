"""Planners on foretold prices: what is learned ends before anyone is judged, and is computed once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from wattswarm.evaluate.baselines import baseline_profits
from wattswarm.evaluate.regions import Region, generated
from wattswarm.forecast.record import Record
from wattswarm.papers.p002_pool import foretold
from wattswarm.papers.p002_pool.foretold import foretold_planners, learned_prices
from wattswarm.tasks.pool.task import hour_by_hour


@pytest.fixture(scope="module")
def region() -> Region:
    """The generated region."""
    return generated()


def test_planners_on_naive_prices_earn_less_than_the_bound_and_are_judged_once(
    region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foretold, "FORECASTER", "naive-day")
    month = hour_by_hour(region.scenario(date(2024, 5, 6), 2))
    [earned] = foretold_planners(region, [month], tmp_path)
    known = baseline_profits(month)
    assert list(earned) == ["MPC, prices by naive-day", "backward plan, prices by naive-day"]
    assert all(known["no flexibility"] < profit <= known["bound"] * (1 + 1e-9) for profit in earned.values())
    monkeypatch.setattr(foretold, "learned_prices", None)
    assert foretold_planners(region, [month], tmp_path) == [earned]


def test_nothing_is_learned_from_the_first_month_of_judging_on(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Record] = []

    class Spy:
        def fit(self, record: Record, _ask: object) -> str:
            seen.append(record)
            return "model"

    monkeypatch.setattr(foretold, "forecaster", lambda _name: Spy())
    assert learned_prices(region) == "model"
    assert seen[0].times[-1] < np.datetime64("2024-02-01T05:00") <= seen[0].times[-1] + np.timedelta64(1, "h")
