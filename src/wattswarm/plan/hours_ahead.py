"""What is best for a site of storages and deferrable demand now, by what is believed of the hours ahead."""

from __future__ import annotations

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.control import CompiledPolicy
from wattswarm.outlook import hints_of
from wattswarm.plan.worth import Rates, best_requests, price_inside, put_off_until, worth_before
from wattswarm.world import Requests, View, World

_KNOTS = 25
_FALL = 0.5
"""Fall of the worth of what is left after the last hour, from floor to ceiling, in price scales."""


class Beliefs(NamedTuple):
    """What is held to come after this step; money in price scales."""

    price: Float[Array, " hour"]
    """Of import."""
    net: Float[Array, " hour"]
    """Load less sun, as a share of the span of all storages from floor to ceiling."""
    end: Float[Array, ""]
    """Worth of a kWh left after the last hour beyond the mean price."""
    fall: Float[Array, ""]
    """Fall of that worth from floor to ceiling, as a share of the usual fall."""
    margin: Float[Array, ""]
    """What demand put off earns beyond what the plan says."""


def usual(view: View, scale: Float[Array, ""]) -> Beliefs:
    """Return what is published or usual.

    Args:
        view: start of the step, whose scenario expects load hour by hour.
        scale: price that counts as 1 [currency/kWh].
    """
    x, hints = view.exogenous, hints_of(view)
    zero = jnp.zeros((), view.energy_kwh.dtype)
    net = hints.net_ahead_kw / (x.ceiling_kwh - x.floor_kwh).sum()
    return Beliefs(hints.price_ahead / scale, net, zero, zero + 1.0, zero)


def best_now(world: World, view: View, beliefs: Beliefs, scale: Float[Array, ""]) -> Requests:
    """Return what is best if the beliefs hold.

    Args:
        world: parameters, of steps of an hour.
        beliefs: of the hours after it.
        scale: price that counts as 1 [currency/kWh].

    Returns:
        Requests; curtailment is left to the world.
    """
    hours = _backwards(world, view, beliefs, scale)
    worth = jnp.broadcast_to(hours.after * scale, (view.energy_kwh.shape[0], _KNOTS))
    put_off = put_off_until(view, hours.service * scale, hours.later * scale, scale)
    return best_requests(world, view, worth, put_off, scale)


class Worth(NamedTuple):
    """What stored energy is worth by a plan, a curve over even knots from floor to ceiling [currency/kWh]."""

    before: Float[Array, " knot"]
    """At the start of this step, its price and load known."""
    after: Float[Array, " knot"]
    """At its end, as believed at its start."""


def worth_now(world: World, view: View, beliefs: Beliefs, scale: Float[Array, ""]) -> Worth:
    """Return what the next kWh of all storages together is worth.

    Args:
        world: parameters, of steps of an hour.
        beliefs: of the hours after it.
        scale: price that counts as 1 [currency/kWh].
    """
    x = view.exogenous
    after = _backwards(world, view, beliefs, scale).after
    served = (x.urgent_kwh + x.regular_kwh + view.deferred_kwh).sum() / world.step_h
    net = (x.base_kw.sum() - x.solar_kw.sum() + served) / (x.ceiling_kwh - x.floor_kwh).sum()
    rates = _rates(world, view, scale)
    before = worth_before(after, x.import_price / scale, x.export_price / scale, net, rates)
    return Worth(before * scale, after * scale)


class _Hours(NamedTuple):
    """What a plan over the hours ahead says, in price scales."""

    after: Float[Array, " knot"]
    """Worth of the next kWh at the end of this step."""
    later: Float[Array, " knot"]
    """Price inside the site in the hour after it, by what is stored before."""
    service: Float[Array, ""]
    """What a kWh of demand is paid in that hour."""


def _backwards(world: World, view: View, beliefs: Beliefs, scale: Float[Array, ""]) -> _Hours:
    x, price, rates = view.exogenous, beliefs.price, _rates(world, view, scale)
    # Export and service keep their present relation to the price of import.
    lost, served = (
        _share(x.import_price - x.export_price, x.import_price),
        _share(x.service_price - x.import_price, x.import_price),
    )
    export = price - lost * jnp.abs(price)
    place = jnp.linspace(0.5, -0.5, _KNOTS, dtype=price.dtype)
    last = price.mean() + beliefs.end + _FALL * beliefs.fall * place

    def before(worth: Array, hour: tuple[Array, Array, Array]) -> tuple[Array, Array]:
        return worth_before(worth, *hour, rates), worth

    worth, after = jax.lax.scan(before, last, (price, export, beliefs.net), reverse=True)
    later = price_inside(after[0], price[0], export[0], beliefs.net[0], rates)
    return _Hours(worth, later, price[0] + served * jnp.abs(price[0]) + beliefs.margin)


class HoursAhead(CompiledPolicy):
    """The policy that plans backwards over the hours ahead on what is published or usual."""

    scale: Float[Array, ""]
    """Price that counts as 1 [currency/kWh]."""
    name: str = eqx.field(default="backward plan, day-ahead prices", static=True)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Do what is best if all comes as published or usual."""
        scale = self.scale.astype(view.energy_kwh.dtype)
        return memory, best_now(world, view, usual(view, scale), scale)


def _rates(world: World, view: View, scale: Float[Array, ""]) -> Rates:
    """Return what all storages can do together, prices in price scales."""
    x, eta, eta_out = view.exogenous, world.charge_efficiency, world.discharge_efficiency
    span = (x.ceiling_kwh - x.floor_kwh).sum()
    return Rates(
        up=(x.charge_kw * eta).sum() / span,
        down=(x.discharge_kw / eta_out).sum() / span,
        eta=eta.mean(),
        eta_out=eta_out.mean(),
        wear=x.wear_price.mean() / scale,
    )


def _share(part: Array, of: Array) -> Float[Array, ""]:
    """Return a part of an absolute price, 0 where there is no price."""
    size = jnp.abs(of)
    return jnp.where(size > 0, part / jnp.where(size > 0, size, 1.0), 0.0)
