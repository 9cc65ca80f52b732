"""The simple rule beside the tables: fill up while it is cheap, sell to others while it is dear."""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from wattswarm.papers.p004_peers.world.day import Population, Requests, View
from wattswarm.papers.p004_peers.world.settings import HOURS


class BySlots(eqx.Module):
    """Vehicles that know when they leave and the longest trip there is, and nothing of today's.

    Before they leave they draw from the grid in the cheapest slot, or once there is no more time to wait;
    in dearer slots they offer others what is beyond floor and longest trip, after their trip all beyond the
    floor.
    """

    people: Population

    def __call__(self, view: View, _key: PRNGKeyArray) -> Requests:
        settings, battery = self.people.settings, self.people.settings.battery
        left = (self.people.leaves - view.state.step).astype(view.room_kwh.dtype)
        need = jnp.where(left > 0, settings.floor + settings.trip[1], settings.floor) * battery.kwh
        missing = need - view.state.energy_kwh
        reach = battery.kw * battery.efficiency * jnp.clip(left - 1.0, 0.0, HOURS)
        cheap = view.grid_price <= min(settings.tariff.slots)
        draws = (missing > 0) & (left > 0) & (cheap | (missing > reach))
        spare = jnp.where(
            cheap, 0.0, jnp.minimum(jnp.maximum(-missing, 0.0) * battery.efficiency, view.spare_kwh)
        )
        wanted = jnp.minimum(jnp.maximum(missing, 0.0) / battery.efficiency, view.room_kwh)
        return Requests(jnp.where(draws, wanted, 0.0), -spare)
