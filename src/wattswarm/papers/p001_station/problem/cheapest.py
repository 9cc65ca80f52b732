"""The rule that reads a tariff as a driver would: charge in the cheapest steps of the stay."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax.numpy as jnp

from wattswarm.control import CompiledPolicy, missing_kw, requests, spare_kw
from wattswarm.papers.p001_station.problem.ranks import ranks
from wattswarm.plan.rules import site_must_kw
from wattswarm.world import Requests, View, World


class CheapestSteps(CompiledPolicy):
    """Charge now if too few steps of the stay are cheaper; feed back what can be bought back at a profit.

    Each vehicle is on its own: prices of import and export decide, not the sun or the transformer. A
    scenario has to lay out the prices ahead in `QUARTERS_H`.
    """

    name: str = eqx.field(default="cheapest steps of the stay", static=True)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Rank this step's price among those of each stay."""
        seen = ranks(world, view)
        at_once = jnp.minimum(missing_kw(world, view), view.charge_limit_kw)
        share = jnp.clip(seen.needed - seen.cheaper, 0.0, 1.0)
        power = jnp.maximum(share * at_once, site_must_kw(world, view))
        pays = seen.refill > seen.needed + 1.0
        given = jnp.where(pays, spare_kw(world, view), 0.0)
        return memory, requests(world, jnp.where(given > 0, -given, power))
