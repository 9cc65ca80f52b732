"""Ageing begins where a storage stands, not at an empty battery."""

from __future__ import annotations

from datetime import date

import numpy as np

from wattswarm.battery import xu
from wattswarm.control.runner import simulate
from wattswarm.plan.rules import Uncontrolled
from wattswarm.site import load_example
from wattswarm.world import build_scenario, start


def test_a_storage_that_rests_has_no_cycle_behind_it() -> None:
    scenario = build_scenario(load_example("pool"), start=date(2024, 6, 3), days=1)
    run = simulate(scenario, [Uncontrolled()], ages=True)[0]
    assert run.health is not None
    world = scenario.world(ages=True)
    counted = start(world).ageing
    assert counted is not None
    np.testing.assert_allclose(counted.rainflow.last, world.initial_soc)
    expected = xu.capacity_loss(xu.calendar_stress(world.initial_soc, 24.0, 25.0))
    np.testing.assert_allclose(run.health.xu_loss, expected, rtol=1e-6)
