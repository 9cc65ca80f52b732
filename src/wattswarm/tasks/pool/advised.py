"""The pool whose stations see what a plan on published and usual values would have them do.

| | advised pool |
|---|---|
| sees | what the sound pool sees, and what the plan would have the station's storage and demand do |
| does | as the sound pool |
| is paid | as the sound pool |

The owner of the pool computes the plan (`plan.hours_ahead`) from sums over the pool and sends each station
its part, so acting stays as decentralised as where only the sums are sent. A learner finds out where the
plan, which takes what is usual for what will be, should not be followed.
"""

from __future__ import annotations

import jax.numpy as jnp

from wattswarm.plan import best_now, usual
from wattswarm.tasks.pool.task import SoundPool
from wattswarm.tasks.pool.view import MORE_OWN, MORE_SHARED, OWN, PRICE, TOTAL
from wattswarm.tasks.space import Row, Space
from wattswarm.tasks.task import Features
from wattswarm.world import View

_ADVICE: tuple[Row, ...] = (
    ("advised storage", -1.0, 1.0, "share of what the storage can give or take now"),
    ("advised service", 0.0, 1.0, "share of the step's regular demand served now"),
)
"""A station's part of the plan."""


class AdvisedPool(SoundPool):
    """Stations that also know what a plan would have them do are paid the pool's profit."""

    name = "pool 002, advised"

    @property
    def spaces(self) -> tuple[Space, ...]:
        """The sound pool's, with the advice after what stations know of themselves."""
        rows = (*OWN, *MORE_OWN, *_ADVICE, TOTAL, PRICE, *MORE_SHARED)
        return self.stations.spaces(rows, self.setting.currency)

    def own(self, view: View) -> Features:
        """Return what a station knows of itself, then its part of the plan."""
        scale, x = self.setting.scales.price, view.exogenous
        plan = best_now(self.setting.world, view, usual(view, scale), scale)
        limit = jnp.where(plan.battery_kw > 0, view.charge_limit_kw, view.discharge_limit_kw)
        storage = plan.battery_kw / jnp.where(limit > 0, limit, 1.0)
        waits = plan.defer_kwh / jnp.where(x.regular_kwh > 0, x.regular_kwh, 1.0)
        return (*super().own(view), storage, 1.0 - waits)


def advised_pool(pool: SoundPool) -> AdvisedPool:
    """Return the same pool with advice."""
    return AdvisedPool(pool.setting, pool.stations, pool.random_start)
