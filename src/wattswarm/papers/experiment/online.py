"""Online time: what scheduling 24 hours costs once everything is compiled, forecasts and world included."""

from __future__ import annotations

import time
from collections.abc import Callable

import jax
import numpy as np

from wattswarm.control import Policy
from wattswarm.outlook import hinted_timeline
from wattswarm.plan.search import carry_out
from wattswarm.world import Scenario, start

_REPEATS = 5


def episode_seconds(scenario: Scenario, policy: Policy) -> float:
    """Return the least processor time of five episodes of a compiled policy with the world it acts on [s]."""
    world, timeline = scenario.world(np.float32), hinted_timeline(scenario, np.float32)
    state = start(world)
    return least_seconds(lambda: jax.block_until_ready(carry_out(world, timeline, state, policy)))


def least_seconds(do: Callable[[], object]) -> float:
    """Return the least processor time of five runs after a first one that does not count [s]."""
    do()
    spent = []
    for _ in range(_REPEATS):
        began = time.process_time()
        do()
        spent.append(time.process_time() - began)
    return min(spent)
