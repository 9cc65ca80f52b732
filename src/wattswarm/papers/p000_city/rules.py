"""Rules that run a city without learning: idle, charge at once, charge off-peak and sell at peak, chance."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from wattswarm.errors import no_such
from wattswarm.market import break_even, fee_of
from wattswarm.papers.p000_city.play import Policy
from wattswarm.papers.p000_city.world.records import City, Requests, Vehicles, View

_ENERGY = (0.0, 0.25, 0.5, 0.75, 1.0, -0.5, -1.0)
_PRICE = (0.8, 0.9, 1.0, 1.1, 1.2)


def idle(_city: City, view: View, _key: PRNGKeyArray) -> Requests:
    """Let nobody charge or sell."""
    return _at_grid_price(view, jnp.zeros_like(view.room_kwh))


def at_once(_city: City, view: View, _key: PRNGKeyArray) -> Requests:
    """Charge whenever plugged in: no flexibility."""
    return _at_grid_price(view, jnp.ones_like(view.room_kwh))


def off_peak(city: City, view: View, _key: PRNGKeyArray) -> Requests:
    """Charge in the cheapest slot, at home also from the sun; sell at peak what earns more than it costs.

    A sale counts if what it brings, its fee taken off, exceeds what refilling costs with fee and wear.
    """
    settings, tariff = city.settings, city.settings.tariff
    battery = settings.battery
    cheapest = view.grid_price <= min(tariff.slots)
    at_home = jnp.arange(settings.vehicles) < settings.homes
    over = jnp.maximum(view.roof_kwh - view.load_kwh, 0.0)
    sun = jnp.pad(over, ((0, 0), (0, settings.vehicles - settings.homes)))
    charge = jnp.where(cheapest, 1.0, jnp.minimum(sun / jnp.maximum(view.room_kwh, 1e-6), 1.0))
    sold = tariff.v2g * view.spare_kwh
    free = city.fees._replace(rate=0.0 * city.fees.rate)
    cost = view.spare_kwh * break_even(
        min(tariff.slots), free, round_trip=battery.efficiency**2, wear=battery.wear
    )
    refill = view.spare_kwh / battery.efficiency**2 * min(tariff.slots)
    pays = sold - fee_of(city.fees, sold) > cost + fee_of(city.fees, refill)
    # Neighbours are sold to at no less than the cost, by the limit of the order.
    sells = (view.slot == 2) & (pays | at_home)
    return _at_grid_price(view, jnp.where(sells, -1.0, charge))


def by_chance(_city: City, view: View, key: PRNGKeyArray) -> Requests:
    energy, price = jax.random.split(key)
    dtype = view.room_kwh.dtype
    return Requests(
        jax.random.choice(energy, jnp.asarray(_ENERGY, dtype), view.room_kwh.shape),
        jax.random.choice(price, jnp.asarray(_PRICE, dtype), view.state.buffer_kwh.shape),
    )


RULES: Mapping[str, Policy] = MappingProxyType(
    {"idle": idle, "charge at once": at_once, "off-peak, sell at peak": off_peak, "by chance": by_chance}
)
"""Every rule by its name."""


class AnyRule(eqx.Module):
    """One of the rules by its number, so that one compiled program plays them all."""

    number: Int[Array, ""]
    """Place in `RULES`."""

    def __call__(self, city: City, view: View, key: PRNGKeyArray) -> Requests:
        asked = [lambda rule=rule: rule(city, view, key) for rule in RULES.values()]
        answer: Requests = jax.lax.switch(self.number, asked)
        return answer


def rule_of(name: str) -> AnyRule:
    """Return the rule of that name."""
    if name not in RULES:
        raise no_such("there is no such rule", where="rule", found=name, known=RULES)
    return AnyRule(jnp.asarray(list(RULES).index(name), jnp.int32))


def _at_grid_price(view: View, energy: Vehicles) -> Requests:
    return Requests(energy.astype(view.room_kwh.dtype), jnp.ones_like(view.state.buffer_kwh))
