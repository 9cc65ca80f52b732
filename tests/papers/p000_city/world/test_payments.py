"""A payment that fails moves no energy and no money; its port stays taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.papers.p000_city.world import City, begin

Once = Callable[..., Any]


def _paying(city: City, success: float) -> City:
    paid: City = eqx.tree_at(lambda city: city.fees.success, city, jnp.asarray(success, city.dtype))
    return paid


def test_where_all_payments_fail_nothing_moves_but_a_houses_own_energy(
    tiny: Callable[..., City], once: Once
) -> None:
    city = _paying(tiny(), 0.0)
    for hour in (12, 18):
        state = begin(city, jax.random.key(0), hour)
        for energy in (1.0, -1.0):
            after, flows = once(city, state, energy)
            assert flows.visits.charge_kwh.sum() == flows.visits.sale_kwh.sum() == 0.0
            assert flows.visits.fee.sum() == flows.visits.value.sum() == flows.visits.income.sum() == 0.0
            assert flows.homes.bought_kwh.sum() == flows.homes.paid.sum() == flows.homes.fee.sum() == 0.0
            public = np.asarray(state.energy_kwh)[:, 5:] - flows.driven_kwh[:, 5:]
            np.testing.assert_allclose(np.asarray(after.energy_kwh)[:, 5:], public)
            assert flows.visits.failed.any() or (energy < 0 and hour == 12)


def test_a_failed_payment_fails_alone(tiny: Callable[..., City], once: Once) -> None:
    city = tiny()
    state = begin(city, jax.random.key(0), 12)
    lost, sure = once(city, state, 1.0)[1].visits, once(_paying(city, 1.0), state, 1.0)[1].visits
    assert 0 < lost.failed.sum() < (sure.charge_kwh > 0).sum()
    # Ports and the auction are as if all had paid; who failed got nothing, the others got the same.
    np.testing.assert_allclose(lost.charge_kwh, np.where(lost.failed, 0.0, sure.charge_kwh))
    np.testing.assert_allclose(lost.value, np.where(lost.failed, 0.0, sure.value))
    assert (lost.at_hub == sure.at_hub).all()


def test_payments_fail_as_often_as_they_should(tiny: Callable[..., City], live: Callable[..., Any]) -> None:
    visits = live(tiny(), seed=5)[1].visits
    tried = visits.failed | (visits.charge_kwh + visits.sale_kwh > 0)
    assert tried.sum() > 500
    assert visits.failed.sum() / tried.sum() == pytest.approx(0.3, abs=0.05)


def test_the_fee_is_the_vehicles_whichever_way_it_pays(tiny: Callable[..., City], once: Once) -> None:
    city = _paying(tiny(), 1.0)
    at_noon, at_peak = (begin(city, jax.random.key(0), hour) for hour in (12, 19))
    buying, selling = once(city, at_noon, 1.0)[1], once(city, at_peak, -1.0)[1]
    bought, sold = buying.visits, selling.visits
    some = bought.value > 0
    np.testing.assert_allclose(bought.fee[some], 0.05 + 0.023 * bought.value[some])
    np.testing.assert_allclose((buying.profit + buying.wear)[:, 5:][some], -(bought.value + bought.fee)[some])
    some = sold.sale_kwh > 0
    assert some.any()
    value = city.settings.tariff.v2g * sold.sale_kwh
    np.testing.assert_allclose(sold.fee[some], 0.05 + 0.023 * value[some])
    free = some & (selling.called_kwh[:, 5:] == 0)
    np.testing.assert_allclose((selling.profit + selling.wear)[:, 5:][free], (value - sold.fee)[free])
