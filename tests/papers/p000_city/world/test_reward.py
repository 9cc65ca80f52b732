"""As printed, idling pays best; mended, what is held and trips that are missed count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.papers.p000_city.world import City, begin
from wattswarm.papers.p000_city.world.reward import refill_price, reward, welfare


def test_as_printed_no_act_pays_more_than_idling(tiny: Callable[..., City], live: Callable[..., Any]) -> None:
    city = tiny(literal=True)
    flows = live(city, seed=2)[1]
    paid = np.asarray(jax.vmap(lambda hour: reward(city, hour).vehicles)(flows))
    assert paid.max() == 0.0
    acted = (flows.charge_kwh[..., 5:] + flows.discharge_kwh[..., 5:]) > 0
    assert acted.sum() > 200
    assert paid[..., 5:][acted].max() < 0.0
    assert not paid[..., 5:][~acted].any()


def test_as_printed_every_station_is_paid_what_all_of_them_sell(
    tiny: Callable[..., City], live: Callable[..., Any]
) -> None:
    city = tiny(literal=True)
    flows = live(city, seed=2)[1]
    paid = np.asarray(jax.vmap(lambda hour: reward(city, hour).stations)(flows))
    team = flows.visits.income.sum(-1) - flows.books.standing.sum(-1)
    np.testing.assert_allclose(paid, np.broadcast_to(team[..., None], paid.shape))


def test_mended_a_missed_trip_costs_and_what_is_held_counts(
    tiny: Callable[..., City], once: Callable[..., Any]
) -> None:
    city = tiny()
    state = begin(city, jax.random.key(0), 8)
    empty = state._replace(energy_kwh=jnp.zeros_like(state.energy_kwh))
    _, flows = once(city, empty, 0.0)
    paid = reward(city, flows).vehicles
    assert flows.unmet_kwh.max() > 2.0
    idle = flows.unmet_kwh[:, 5:]
    np.testing.assert_allclose(np.asarray(paid)[:, 5:], -city.settings.unmet_price * idle)
    after, flows = once(city, begin(city, jax.random.key(0), 3), 1.0)
    held = np.asarray(after.energy_kwh) - flows.view.state.energy_kwh
    np.testing.assert_allclose(
        np.asarray(reward(city, flows).vehicles), flows.profit + refill_price(city) * held
    )


def test_welfare_is_what_all_have_together_less_what_they_pay_outside(
    tiny: Callable[..., City], live: Callable[..., Any]
) -> None:
    city = tiny()
    flows = live(city, seed=6)[1]
    settings, view = city.settings, flows.view
    told = np.asarray(jax.vmap(lambda hour: welfare(city, hour))(flows))
    alone = view.load_kwh - view.roof_kwh[:, None, None]
    bill_alone = np.where(alone > 0, view.grid_price[:, None, None], settings.tariff.feed_in) * alone
    everybody = flows.profit.sum((1, 2)) - bill_alone.sum((1, 2))
    everybody += (flows.books.margin - flows.books.standing).sum((1, 2))
    # Critical sites pay the vehicles that serve them, and bear what nobody serves.
    everybody -= settings.tariff.v2g * flows.called_kwh.sum((1, 2))
    everybody -= settings.outages.lost_load * flows.unserved_kwh.sum(-1)
    everybody -= settings.unmet_price * flows.unmet_kwh.sum((1, 2))
    assert told == pytest.approx(everybody, abs=1e-9)
