"""Energy and money of every hour balance to 1e-9 whatever is asked for, and floors hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from wattswarm.market.fees import PaymentFees
from wattswarm.papers.p000_city.world import City, Flows

Tiny = Callable[..., City]
Live = Callable[..., tuple[Any, Flows]]
VARIANTS: dict[str, dict[str, Any]] = {
    "sound": {},
    "literal": {"literal": True},
    "hubs only": {"hubs": 3, "districts": 1},
}
ALONE = {"houses": slice(0, 1), "public": slice(1, 3)}
FEES = st.builds(
    PaymentFees,
    base=st.sampled_from([0.0, 0.0006, 0.3]),
    rate=st.floats(0.0, 0.1),
    success=st.floats(0.0, 1.0),
    latency_s=st.just(0.0),
    retries=st.sampled_from([0.0, 2.0]),
)


@pytest.fixture(params=VARIANTS, scope="module")
def city(request: pytest.FixtureRequest, tiny: Tiny) -> City:
    return tiny(**VARIANTS[request.param])


def _with_fees(city: City, fees: PaymentFees) -> City:
    leaves = PaymentFees(*(jnp.asarray(number, city.dtype) for number in fees))
    paid: City = eqx.tree_at(lambda city: city.fees, city, leaves)
    return paid


@settings(max_examples=15)
@given(seed=st.integers(0, 2**31), fees=FEES)
def test_energy_in_is_energy_out(city: City, live: Live, seed: int, fees: PaymentFees) -> None:
    _, flows = live(_with_fees(city, fees), seed)
    homes, books, view = flows.homes, flows.books, flows.view
    grid = homes.grid_kwh.sum(-1) + books.import_kwh.sum(-1)
    sun = view.roof_kwh[:, None] * city.settings.homes
    out = homes.fed_in_kwh.sum(-1) + books.export_kwh.sum(-1) + flows.called_kwh.sum(-1)
    batteries = flows.charge_kwh.sum(-1) - flows.discharge_kwh.sum(-1)
    buffers = (books.into_kwh - books.out_kwh).sum(-1)
    left = grid + sun - out - view.load_kwh.sum(-1) - batteries - buffers
    assert np.abs(left).max() < 1e-9
    assert np.abs(homes.bought_kwh.sum(-1) - homes.sold_kwh.sum(-1)).max() < 1e-9
    # Stations sold and bought what vehicles drew and gave.
    assert np.abs(flows.visits.sold_kwh.sum(-1) - flows.visits.charge_kwh.sum(-1)).max() < 1e-9
    assert np.abs(flows.visits.bought_kwh.sum(-1) - flows.visits.sale_kwh.sum(-1)).max() < 1e-9


@pytest.mark.parametrize("who", ALONE)
def test_a_city_may_lack_houses_or_public_vehicles(tiny: Tiny, live: Live, who: str) -> None:
    city = tiny(groups=tiny().settings.groups[ALONE[who]], districts=1)
    _, flows = live(city, seed=1, count=48)
    homes, books = flows.homes, flows.books
    sun = flows.view.roof_kwh[:, None] * city.settings.homes
    grid = homes.grid_kwh.sum(-1) + books.import_kwh.sum(-1) + sun
    out = homes.fed_in_kwh.sum(-1) + books.export_kwh.sum(-1) + flows.called_kwh.sum(-1)
    used = flows.charge_kwh.sum(-1) - flows.discharge_kwh.sum(-1) + flows.view.load_kwh.sum(-1)
    buffers = (books.into_kwh - books.out_kwh).sum(-1)
    assert np.abs(grid - out - used - buffers).max() < 1e-9
    assert (homes.bought_kwh.sum() > 0) == (who == "houses")
    assert (flows.visits.charge_kwh.sum() > 0) == (who == "public")


@settings(max_examples=15)
@given(seed=st.integers(0, 2**31))
def test_batteries_and_buffers_hold_what_went_in_less_losses(city: City, live: Live, seed: int) -> None:
    after, flows = live(city, seed)
    battery, station, state = city.settings.battery, city.settings.station, flows.view.state
    energy = np.concatenate([state.energy_kwh, np.asarray(after.energy_kwh)[None]])
    stored = battery.efficiency * flows.charge_kwh - flows.discharge_kwh / battery.efficiency
    assert np.abs(np.diff(energy, axis=0) - stored + flows.driven_kwh).max() < 1e-9
    assert energy.min() > -1e-9
    assert energy.max() < battery.kwh + 1e-9
    buffers = np.concatenate([state.buffer_kwh, np.asarray(after.buffer_kwh)[None]])
    kept = station.efficiency * flows.books.into_kwh - flows.books.out_kwh / station.efficiency
    assert np.abs(np.diff(buffers, axis=0) - kept).max() < 1e-9
    assert buffers.min() > -1e-9
    assert buffers.max() < station.buffer_kwh + 1e-9


@settings(max_examples=15)
@given(seed=st.integers(0, 2**31), fees=FEES)
def test_what_one_pays_another_gets(city: City, live: Live, seed: int, fees: PaymentFees) -> None:
    _, flows = live(_with_fees(city, fees), seed)
    homes, books, view, tariff = flows.homes, flows.books, flows.view, city.settings.tariff
    price, wholesale = view.grid_price[:, None], view.wholesale[:, None]
    alone = view.load_kwh - view.roof_kwh[:, None, None]
    bill_alone = np.where(alone > 0, price[..., None], tariff.feed_in) * alone
    people = (flows.profit + flows.wear).sum(-1) - bill_alone.sum(-1)
    grid = price * homes.grid_kwh.sum(-1) - tariff.feed_in * homes.fed_in_kwh.sum(-1)
    market = wholesale * (books.import_kwh - books.export_kwh).sum(-1)
    network = homes.fee.sum(-1) + flows.visits.fee.sum(-1)
    critical_sites = -tariff.v2g * flows.called_kwh.sum(-1)
    everybody = people + books.margin.sum(-1) + grid + market + network + critical_sites
    assert np.abs(everybody).max() < 1e-9
    assert np.abs(homes.paid.sum(-1) - homes.earned.sum(-1)).max() < 1e-9


@settings(max_examples=15)
@given(seed=st.integers(0, 2**31))
def test_nobody_discharges_below_the_floor_that_holds(city: City, live: Live, seed: int) -> None:
    _, flows = live(city, seed)
    called = flows.called_kwh > 0
    floor = np.where(called, city.settings.outages.floor, np.asarray(city.people.floor))
    sold = flows.discharge_kwh > 0
    margin = flows.energy_kwh - floor * city.settings.battery.kwh
    assert sold.sum() > 50
    assert called.sum() > 20
    assert margin[sold].min() > -1e-9
    assert not flows.dipped.any()


def test_somebody_sells_down_to_the_floor(city: City, live: Live) -> None:
    if city.settings.districts == 1:
        pytest.skip("with a single district too few sell all they may")
    _, flows = live(city, 0)
    left = flows.energy_kwh - np.asarray(city.people.floor) * city.settings.battery.kwh
    freely = (flows.discharge_kwh > 0) & (flows.called_kwh == 0)
    assert np.abs(left[freely]).min() < 1e-6


def test_a_dip_below_the_floor_would_be_counted(tiny: Tiny) -> None:
    from wattswarm.papers.p000_city.world.step import _dipped

    city = tiny()
    energy = np.full((2, 18), 0.25 * 60.0)
    discharge = np.ones((2, 18))
    called = np.zeros((2, 18))
    called[0, :] = 1.0
    # 25 %: houses may (20 %), commuters (30 %) and vans (40 %) may not, and in an emergency all may (10 %).
    found = np.asarray(_dipped(city, *(jnp.asarray(each) for each in (energy, discharge, called))))
    assert found.tolist() == [[False] * 18, [False] * 5 + [True] * 13]
