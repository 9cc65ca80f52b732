"""Vehicles take the cheapest ports, one each; at hubs the highest bidders do, at one price under the cap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.papers.p000_city.world import City, begin
from wattswarm.papers.p000_city.world.hubs import worth
from wattswarm.papers.p000_city.world.queue import rank, station_at


def test_a_queue_begins_anywhere_and_counts_everybody_once() -> None:
    waiting = jnp.asarray([[True, False, True, True, False, True]])
    for start in (0.0, 0.2, 0.5, 0.84, 0.999):
        places = np.asarray(rank(waiting, jnp.asarray([start])))[0][np.asarray(waiting[0])]
        assert sorted(places) == [0, 1, 2, 3]
    begin_at_third = np.asarray(rank(waiting, jnp.asarray([0.5])))[0]
    assert begin_at_third[[3, 5, 0, 2]].tolist() == [0, 1, 2, 3]


def test_places_in_a_row_of_ports_belong_to_stations_in_their_order() -> None:
    order = jnp.asarray([[2, 0, 1]])
    assert np.asarray(station_at(order, jnp.asarray([[0, 1, 2, 3, 4, 5, 99]]), 2)).tolist() == [
        [2, 2, 0, 0, 1, 1, 1]
    ]


@pytest.fixture(scope="module")
def noon(tiny: Callable[..., City], once: Callable[..., Any]) -> tuple[City, Any, Any]:
    """Return what happens where all 13 public vehicles of a district want one of its four ports."""
    city = tiny()
    state = begin(city, jax.random.key(2), 22)
    price = jnp.asarray([[1.2, 0.8, 1.0], [0.9, 1.1, 1.0]])
    return city, state, once(city, state, 1.0, price)[1]


def test_the_cheapest_station_fills_up_first(noon: tuple[City, Any, Any]) -> None:
    _, _, flows = noon
    visits, grid = flows.visits, flows.view.grid_price
    served = (visits.charge_kwh > 0) | visits.failed
    assert (served & ~visits.at_hub).sum(-1).tolist() == [4, 4]
    assert visits.at_hub.sum(-1).tolist() == [2, 2]
    rate = visits.value[visits.charge_kwh > 0] / visits.charge_kwh[visits.charge_kwh > 0]
    at_hub = visits.at_hub[visits.charge_kwh > 0]
    own = {round(float(x), 9) for x in rate[~at_hub] / grid}
    assert own <= {0.8, 1.2, 0.9, 1.1}
    assert own & {0.8, 0.9}


def test_hubs_go_to_the_most_urgent_at_a_price_between_reserve_and_cap(noon: tuple[City, Any, Any]) -> None:
    city, state, flows = noon
    visits, grid = flows.visits, float(flows.view.grid_price)
    charge = np.asarray(state.energy_kwh)[:, city.settings.homes :] / city.settings.battery.kwh
    bids = np.minimum(np.asarray(worth(jnp.asarray(charge))), 1.5) * grid
    plugged = ~flows.view.away[:, city.settings.homes :]
    for at in range(2):
        won = visits.at_hub[at]
        lost = plugged[at] & ~won & (visits.charge_kwh[at] == 0) & ~visits.failed[at]
        assert bids[at][won].min() >= bids[at][lost].max()
        assert visits.slot_price[at] == pytest.approx(max(grid, bids[at][lost].max()))
        assert visits.bidders[at] == won.sum() + lost.sum()
        paid = visits.value[at][won] / np.maximum(visits.charge_kwh[at][won], 1e-12)
        assert paid[visits.charge_kwh[at][won] > 0] == pytest.approx(visits.slot_price[at])


def test_no_station_ever_serves_more_than_its_ports(
    tiny: Callable[..., City], live: Callable[..., Any]
) -> None:
    visits = live(tiny(), seed=4)[1].visits
    cap = 11.0 * 2
    assert visits.sold_kwh.max() <= cap + 1e-9
    assert visits.bought_kwh.max() <= cap + 1e-9
    busy = ((visits.charge_kwh + visits.sale_kwh) > 0).sum(-1)
    assert busy.max() <= 3 * 2
    hub = visits.slot_price[visits.slot_price > 0]
    assert len(hub) > 10


def test_as_printed_everybody_pays_the_average_price(
    tiny: Callable[..., City], once: Callable[..., Any]
) -> None:
    city = tiny(literal=True)
    state = begin(city, jax.random.key(2), 22)
    visits = once(city, state, 1.0, jnp.asarray([[1.2, 0.8, 1.0], [0.9, 1.1, 0.7]]))[1].visits
    some = (visits.charge_kwh > 0) & ~visits.at_hub
    for at, mean in enumerate((1.0, 0.9)):
        paid = visits.value[at][some[at]] / visits.charge_kwh[at][some[at]]
        assert paid == pytest.approx(0.18 * mean)
