"""What stored energy is worth, computed backwards over the hours ahead, and the dispatch that follows.

A fleet of storages behind one grid connection is seen as one storage. The worth of its next kWh falls with
what is stored, a curve over even knots from floor to ceiling. One hour earlier the curve is known from that
of the hour after it: charging to the limit, charging until the next kWh is worth its price, resting,
discharging likewise. What the site draws itself is saved at the price of import, what is beyond it earns that
of export, so an hour has four prices and the curve four plateaus.

Given the curve after a step, every storage has one best energy at each price inside the site, and load and
storages together one price at which they balance: that of import, that of export, or one between at which
nothing crosses the grid connection.

Source: Zheng et al. (2022), arXiv 2211.07797, for one storage at one price; sites with a load are ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.world import Requests, View, World

BEYOND = 1e3
"""Worth of energy below the floor, in price scales; above the ceiling it is minus this."""
_HALVINGS = 24
_TILT = 1e-5
"""Least fall of worth from knot to knot, as a share of the price scale: every worth has one energy."""
_ROUNDING = 1e-4
"""Share of the way between two knots by which a place may lie outside."""
_LEAST_KWH = 1e-6
"""Demand below which none waits."""
_DOUBT = 0.05
"""Gain, in price scales, over which gradients see demand put off gradually."""
_FLATTEST = 0.5
"""Least fall over the span, in price scales, that gradients see: a plateau would make them endless."""


class Rates(NamedTuple):
    """What a storage can do in an hour."""

    up: Float[Array, "*batch"]
    """Largest gain of stored energy, a share of the span from floor to ceiling."""
    down: Float[Array, "*batch"]
    """Largest loss, likewise."""
    eta: Float[Array, "*batch"]
    """Efficiency of charging."""
    eta_out: Float[Array, "*batch"]
    """Efficiency of discharging."""
    wear: Float[Array, "*batch"]
    """Price of wear of a kWh charged or discharged."""


def worth_before(
    after: Float[Array, "*batch knot"],
    import_price: Float[Array, "*batch"],
    export_price: Float[Array, "*batch"],
    net: Float[Array, "*batch"],
    rates: Rates,
) -> Float[Array, "*batch knot"]:
    """Return the worth of stored energy at the start of an hour from that at its end.

    Args:
        after: worth of the next kWh at its end, falling along even knots from floor to ceiling.
        import_price: of a kWh bought, in the unit of the worth.
        export_price: of a kWh sold, at most that of import.
        net: load less sun of the hour, as a share of the span, negative where the sun is more.
        rates: what the storage can do.

    Returns:
        Worth of the next kWh at the start of the hour, at the same knots.
    """
    saves = -jnp.minimum(rates.down, jax.nn.relu(net) / rates.eta_out)
    takes = jnp.minimum(rates.up, jax.nn.relu(-net) * rates.eta)
    sold, bought = (export_price - rates.wear) * rates.eta_out, (import_price + rates.wear) / rates.eta
    # Only a site that draws saves import, and only one with sun left over stores what would be exported.
    saved = jnp.where(net > 0, (import_price - rates.wear) * rates.eta_out, sold)
    kept = jnp.where(net < 0, (export_price + rates.wear) / rates.eta, bought)
    worth = jnp.minimum(sold[..., None], _moved(after, -rates.down, BEYOND))
    worth = jnp.minimum(saved[..., None], jnp.maximum(_moved(after, saves, BEYOND), worth))
    worth = jnp.minimum(kept[..., None], jnp.maximum(after, worth))
    worth = jnp.minimum(bought[..., None], jnp.maximum(_moved(after, takes, -BEYOND), worth))
    return jnp.maximum(_moved(after, rates.up, -BEYOND), worth)


def price_inside(
    after: Float[Array, "*batch knot"],
    import_price: Float[Array, "*batch"],
    export_price: Float[Array, "*batch"],
    net: Float[Array, "*batch"],
    rates: Rates,
) -> Float[Array, "*batch knot"]:
    """Return what a kWh costs inside the site in an hour, by what is stored at its start.

    Args:
        after: worth of the next kWh at the end of the hour, as for `worth_before`.
        export_price: of a kWh sold, at most that of import.
        net: load less sun of the hour, as a share of the span.
        rates: what the storage can do.

    Returns:
        Price that balances site and storage, at most that of import and at least that of export, at the same
        knots; it falls with what is stored.
    """
    gives, takes = jax.nn.relu(net) / rates.eta_out, jax.nn.relu(-net) * rates.eta
    given = _moved(after, -gives, BEYOND) / rates.eta_out[..., None] + rates.wear[..., None]
    taken = _moved(after, takes, -BEYOND) * rates.eta[..., None] - rates.wear[..., None]
    given = jnp.where((gives > rates.down)[..., None], BEYOND, given)
    taken = jnp.where((takes > rates.up)[..., None], -BEYOND, taken)
    price = jnp.where((net > 0)[..., None], given, taken)
    return jnp.clip(price, export_price[..., None], import_price[..., None])


PutOff = Callable[[Array, Array], Float[Array, " station"]]
"""What demand [kWh] waits at a price inside the site, if storages end the step with such energies [kWh]."""


def put_off_for(view: View, margin: Float[Array, " station"], scale: Float[Array, ""]) -> PutOff:
    """Return the rule to put off what earns more a step later.

    Args:
        margin: what a kWh put off earns a step later beyond what it then costs [currency/kWh].
        scale: price that counts as 1 for the gradient.
    """
    x = view.exogenous

    def put_off(price: Array, _energy_kwh: Array) -> Float[Array, " station"]:
        return _whether(margin - x.service_price + price, scale) * x.regular_kwh

    return put_off


def put_off_until(
    view: View, service_price: Float[Array, ""], later: Float[Array, " knot"], scale: Float[Array, ""]
) -> PutOff:
    """Return the rule to put off as much as keeps the next hour's price worth waiting for.

    Demand that waits empties the storages in the next hour, which raises the price inside the site then; so
    much waits that nobody would gain by waiting too.

    Args:
        service_price: what is paid for a kWh in the next hour [currency/kWh].
        later: price inside the site in the next hour by what is stored before it, falling [currency/kWh].
        scale: price that counts as 1 for the flattest slope that gradients see.
    """
    x = view.exogenous
    span, regular = (x.ceiling_kwh - x.floor_kwh).sum(), x.regular_kwh.sum()
    later = later - _TILT * scale * jnp.arange(later.shape[-1], dtype=later.dtype)

    def put_off(price: Array, energy_kwh: Array) -> Float[Array, " station"]:
        stored = (energy_kwh - x.floor_kwh).sum() / span
        enough = service_price - x.service_price + price
        least = _where_worth(enough[None], later[None], scale)[0]
        share = jnp.clip((stored - least) * span / jnp.maximum(regular, _LEAST_KWH), 0.0, 1.0)
        share = jnp.where(enough >= later[0], 1.0, jnp.where(enough <= later[-1], 0.0, share))
        return share * x.regular_kwh

    return put_off


def best_requests(
    world: World, view: View, worth: Float[Array, "storage knot"], put_off: PutOff, scale: Float[Array, ""]
) -> Requests:
    """Return what is best for a site of storages and deferrable demand, without ports.

    Args:
        worth: of each storage's next kWh after the step, falling, shape [storage, knot].
        scale: price that counts as 1 for the least fall of worth.

    Returns:
        Requests; curtailment is left to the world.
    """
    exogenous, knots = view.exogenous, worth.shape[-1]
    worth = jnp.clip(worth, -BEYOND * scale, BEYOND * scale)
    worth = worth - _TILT * scale * jnp.arange(knots, dtype=worth.dtype)
    fixed = exogenous.base_kw.sum() - exogenous.solar_kw.sum()
    waiting = exogenous.urgent_kwh + view.deferred_kwh

    def respond(price: Array) -> tuple[Array, Array, Array]:
        power = best_power(world, view, worth, price, scale)
        stored = jnp.where(power > 0, power * world.charge_efficiency, power / world.discharge_efficiency)
        defer = put_off(price, view.energy_kwh + stored * world.step_h)
        served = (waiting + exogenous.regular_kwh - defer).sum() / world.step_h
        return fixed + served + power.sum(), power, defer

    def net(price: Array) -> Float[Array, ""]:
        return respond(price)[0]

    price = balance_price(net, exogenous.export_price, exogenous.import_price)
    _, power, defer = respond(price)
    return Requests(power, jnp.full_like(exogenous.solar_kw, jnp.inf), defer)


def _moved(
    curve: Float[Array, "*batch knot"], by: Float[Array, "*batch"], beyond: float
) -> Float[Array, "*batch knot"]:
    """Return the curve at the knots plus a share of the span, between knots a line, outside `beyond`."""
    last = curve.shape[-1] - 1
    knots = jnp.arange(last + 1, dtype=curve.dtype)
    place = knots + last * jnp.broadcast_to(by, curve.shape[:-1])[..., None]
    # A product with the weights of both neighbours: on CPUs the gradient of a gather costs far more.
    weights = jax.nn.relu(1.0 - jnp.abs(place[..., None] - knots))
    inside = (place > -_ROUNDING) & (place < last + _ROUNDING)
    return jnp.where(inside, jnp.einsum("...ij,...j->...i", weights, curve), beyond)


def _whether(gain: Float[Array, " station"], scale: Float[Array, ""]) -> Float[Array, " station"]:
    """Return 1 where there is a gain and 0 elsewhere, with the gradient of a gradual change of mind."""
    gradual = jax.nn.sigmoid(gain / (_DOUBT * scale))
    return jnp.where(gain > 0, 1.0, 0.0) + gradual - jax.lax.stop_gradient(gradual)


def balance_price(
    net: Callable[[Array], Array], export_price: Array, import_price: Array
) -> Float[Array, ""]:
    """Return the price at which a net load that falls with it meets the grid, by halving between the two.

    Args:
        net: load less all supply [kW] at a price inside the site.
        export_price: lower end.
        import_price: upper end.
    """

    frozen = jax.lax.stop_gradient

    def halve(_: int, ends: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = ends
        middle = 0.5 * (low + high)
        draws = frozen(net(middle)) > 0
        return jnp.where(draws, middle, low), jnp.where(draws, high, middle)

    low, high = jax.lax.fori_loop(0, _HALVINGS, halve, (frozen(export_price), frozen(import_price)))
    between = 0.5 * (low + high)
    # The gradient of a root: by how much the net load moves over how fast it falls with the price.
    load, fall = jax.value_and_grad(lambda price: net(price).sum())(between)
    moved = jnp.where(fall < 0, (load - frozen(load)) / jnp.where(fall < 0, -frozen(fall), 1.0), 0.0)
    return jnp.where(
        frozen(net(import_price)) >= 0,
        import_price,
        jnp.where(frozen(net(export_price)) <= 0, export_price, between + moved),
    )


def best_power(
    world: World,
    view: View,
    worth: Float[Array, "storage knot"],
    price: Float[Array, ""],
    scale: Float[Array, ""],
) -> Float[Array, " storage"]:
    """Return the power [kW] that is best for each storage at a price inside the site.

    Args:
        worth: of each storage's next kWh after the step, falling along even knots, shape [storage, knot].
        price: inside the site [currency/kWh].
        scale: price that counts as 1 for the flattest slope that gradients see.

    Returns:
        Shape [storage], positive charges.
    """
    exogenous = view.exogenous
    eta, eta_out = world.charge_efficiency, world.discharge_efficiency
    span = exogenous.ceiling_kwh - exogenous.floor_kwh
    filled = exogenous.floor_kwh + span * _where_worth((price + exogenous.wear_price) / eta, worth, scale)
    emptied = exogenous.floor_kwh + span * _where_worth(
        (price - exogenous.wear_price) * eta_out, worth, scale
    )
    gain = jnp.clip(view.energy_kwh, filled, emptied) - view.energy_kwh
    power = jnp.where(gain > 0, gain / eta, gain * eta_out) / world.step_h
    return jnp.clip(power, -view.discharge_limit_kw, view.charge_limit_kw)


def _where_worth(
    wanted: Float[Array, " storage"], worth: Float[Array, "storage knot"], scale: Float[Array, ""]
) -> Float[Array, " storage"]:
    """Return the share of its span up to which each storage's next kWh is worth more than wanted.

    The gradient is that of the curve's height over its slope, a slope no flatter than `_FLATTEST`.
    """
    knots = worth.shape[-1]
    frozen = jax.lax.stop_gradient
    even = jnp.linspace(0.0, 1.0, knots, dtype=worth.dtype)
    share = frozen(jax.vmap(lambda each, curve: jnp.interp(-each, -curve, even))(wanted, worth))
    place = share * (knots - 1)
    below = jnp.clip(jnp.floor(place), 0, knots - 2).astype(jnp.int32)[:, None]
    low = jnp.take_along_axis(worth, below, axis=-1)[:, 0]
    high = jnp.take_along_axis(worth, below + 1, axis=-1)[:, 0]
    height = low + (high - low) * (place - below[:, 0])
    slope = frozen(jnp.maximum((low - high) * (knots - 1), _FLATTEST * scale))
    return share + (height - frozen(height) - wanted + frozen(wanted)) / slope
