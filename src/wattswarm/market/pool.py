"""The pro-rata pool of stations with one owner, eq. (16) and (23)-(27) of 002: share first, trade the rest.

Stations short of energy take what others have over, in proportion to their need; the rest meets the grid.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float


class PoolTrade(NamedTuple):
    """Energy that changes hands in one step, shape [..., station] each [kWh]."""

    shared_kwh: Float[Array, "*batch station"]
    """s: given to other stations above 0, received from them below 0; sums to 0."""
    bought_kwh: Float[Array, "*batch station"]
    """b: from the grid."""
    sold_kwh: Float[Array, "*batch station"]
    """o: to the grid."""


def pool_trade(need_kwh: Float[Array, "*batch station"]) -> PoolTrade:
    """Share energy among stations in proportion to what each has or needs.

    Args:
        need_kwh: net need n of each station after its own sun and storage, below 0 where it has energy over
            [kWh], shape [..., station].

    Returns:
        What is shared, bought and sold, of the same shape: need + shared = bought - sold.

    Source:
        Paper 002, eq. (23)-(27).
    """
    short, over = jnp.maximum(need_kwh, 0.0), jnp.maximum(-need_kwh, 0.0)
    wanted, offered = short.sum(-1, keepdims=True), over.sum(-1, keepdims=True)
    moved = jnp.minimum(wanted, offered)
    shared = over * _share(moved, offered) - short * _share(moved, wanted)
    rest = need_kwh + shared
    return PoolTrade(shared, jnp.maximum(rest, 0.0), jnp.maximum(-rest, 0.0))


def station_profit(
    trade: PoolTrade,
    served_kwh: Float[Array, "*batch station"],
    *,
    service_price: Float[Array, "*batch"],
    import_price: Float[Array, "*batch"],
    trade_price: Float[Array, "*batch"],
    export_price: Float[Array, "*batch"],
) -> Float[Array, "*batch station"]:
    """Return what each station earns when stations pay each other for what they share.

    The sum over stations does not depend on `trade_price`: it moves money, it makes none.

    Args:
        trade: what `pool_trade` returned.
        served_kwh: energy e supplied to customers, shape [..., station].
        service_price: p_EV, paid by customers [currency/kWh].
        import_price: p, paid to the grid [currency/kWh].
        trade_price: p_tr, paid between stations [currency/kWh].
        export_price: p_s, paid by the grid [currency/kWh].

    Returns:
        Profit of each station [currency], shape [..., station].

    Source:
        Paper 002, eq. (11)-(16).
    """
    income, cost, between, sold = (
        jnp.asarray(price)[..., None] for price in (service_price, import_price, trade_price, export_price)
    )
    return income * served_kwh - cost * trade.bought_kwh + between * trade.shared_kwh + sold * trade.sold_kwh


def _share(
    moved_kwh: Float[Array, "*batch 1"], total_kwh: Float[Array, "*batch 1"]
) -> Float[Array, "*batch 1"]:
    return jnp.where(total_kwh > 0, moved_kwh / jnp.where(total_kwh > 0, total_kwh, 1.0), 0.0)
