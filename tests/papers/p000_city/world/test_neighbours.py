"""Neighbours trade at a price that the grid would not beat for either, and nobody is worse off for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.market.fees import lightning
from wattswarm.papers.p000_city.world import City
from wattswarm.papers.p000_city.world.neighbours import ask_of_stored, bid_limit

Live = Callable[..., Any]


def _over(city: City, **fees: float) -> City:
    changed = city.fees._replace(**{name: jnp.asarray(value, city.dtype) for name, value in fees.items()})
    told: City = eqx.tree_at(lambda city: city.fees, city, changed)
    return told


def test_the_community_price_lies_between_feed_in_and_grid_price(
    tiny: Callable[..., City], live: Live
) -> None:
    flows = live(_over(tiny(), base=0.0), seed=7)[1]
    traded = flows.homes.bought_kwh.sum(-1) > 0
    assert traded.sum() > 50
    grid = np.broadcast_to(flows.view.grid_price[:, None], traded.shape)
    assert flows.homes.price[traded].min() >= 0.06 - 1e-12
    assert (flows.homes.price[traded] <= grid[traded] + 1e-12).all()


def test_trading_leaves_no_house_worse_off_than_the_grid_would(tiny: Callable[..., City], live: Live) -> None:
    flows = live(_over(tiny(), base=0.0), seed=7)[1]
    homes, price = flows.homes, flows.view.grid_price[:, None, None]
    # The same energy with the grid alone; what the vehicle sold to others counts at its least price.
    stored = np.minimum(homes.discharge_kwh, homes.sold_kwh)
    outside = -price * (homes.grid_kwh + homes.bought_kwh) + 0.06 * homes.fed_in_kwh
    with_trade = -price * homes.grid_kwh - homes.paid - homes.fee + 0.06 * homes.fed_in_kwh + homes.earned
    gain = with_trade - outside - 0.06 * homes.sold_kwh
    assert gain.min() > -1e-9
    assert gain.max() > 0.1
    assert stored.max() > 0


def test_a_fixed_fee_keeps_small_orders_out(tiny: Callable[..., City], live: Live) -> None:
    city = tiny()
    limit = bid_limit(_over(city, base=0.3, rate=0.023), jnp.asarray(0.28), jnp.asarray([[0.5, 1.5, 11.0]]))
    np.testing.assert_allclose(limit, [[0.0, (0.28 - 0.2) / 1.023, (0.28 - 0.3 / 11) / 1.023]])
    traded = [
        live(_over(city, base=base, rate=0.0), seed=7)[1].homes.bought_kwh.sum()
        for base in (0.0, float(lightning().base), 0.3)
    ]
    assert traded[0] + 1e-9 >= traded[1] > 1.1 * traded[2]


def test_what_a_vehicle_holds_is_not_sold_below_the_cost_of_refilling(
    tiny: Callable[..., City], live: Live
) -> None:
    city = tiny()
    assert ask_of_stored(city) == pytest.approx(0.12 / 0.9025 + 0.02)
    flows = live(_over(city, base=0.0), seed=7)[1]
    own = np.maximum(flows.view.load_kwh - flows.view.roof_kwh[:, None, None] + flows.homes.charge_kwh, 0.0)
    sold_stored = flows.homes.discharge_kwh - np.minimum(flows.homes.discharge_kwh, own)
    some = sold_stored > 1e-9
    assert some.any()
    price = np.broadcast_to(flows.homes.price[..., None], some.shape)[some]
    assert price.min() >= ask_of_stored(city) - 1e-12
