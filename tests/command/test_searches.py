"""The search planners as policies of the command line: never above the bound, never short of a target."""

from __future__ import annotations

from datetime import date

import pytest
from rich.console import Console

from wattswarm.command.site.panel import run_panel
from wattswarm.site import load_example
from wattswarm.world import build_scenario

SEARCHES = ("genetic", "swarm", "pelican")


@pytest.mark.slow
def test_searches_in_hindsight_stay_below_the_bound_and_gain_on_uncontrolled_charging() -> None:
    scenario = build_scenario(load_example("hub"), start=date(2024, 6, 3), days=1)
    runs, bound = run_panel(scenario, SEARCHES, Console(quiet=True))
    assert len(runs) == 1 + len(SEARCHES)
    for run in runs[1:]:
        assert run.policy.endswith("search, hindsight")
        assert runs[0].profit <= run.profit <= bound.profit + 1e-6 * abs(bound.profit)
        assert run.flows.shortfall_kwh.sum() < 1e-6
