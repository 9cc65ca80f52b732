"""In an outage the fullest vehicles serve the critical site, whatever they planned, down to 10 %."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.papers.p000_city.world import City, begin
from wattswarm.papers.p000_city.world.outage import fullest_first


def test_the_fullest_give_first_and_only_what_is_needed() -> None:
    energy = jnp.asarray([[30.0, 50.0, 40.0, 10.0]])
    able = jnp.asarray([[11.0, 11.0, 11.0, 4.0]])
    for need, given in {
        0.0: [0, 0, 0, 0],
        5.0: [0, 5, 0, 0],
        25.0: [3, 11, 11, 0],
        99.0: [11, 11, 11, 4],
    }.items():
        np.testing.assert_allclose(fullest_first(energy, able, jnp.asarray([need]))[0], given)


def test_vehicles_that_are_called_do_nothing_else_and_the_rest_goes_on(
    tiny: Callable[..., City], once: Callable[..., Any]
) -> None:
    city = tiny()
    state = begin(city, jax.random.key(1), 12)._replace(outage=jnp.asarray([True, False]))
    _, flows = once(city, state, 1.0)
    called = flows.called_kwh > 0
    assert called[0].any()
    assert not called[1].any()
    assert flows.called_kwh[0].sum() == pytest.approx(70.0)
    assert flows.charge_kwh[called].sum() == 0.0
    assert flows.charge_kwh[0].sum() > 0.0
    plugged = ~flows.view.away[0]
    energy = np.asarray(state.energy_kwh)[0]
    assert energy[called[0]].min() >= energy[plugged & ~called[0]].max()
    public = np.where(np.arange(18) >= city.settings.homes, called, False)
    np.testing.assert_allclose(
        (flows.profit + flows.wear)[public], city.settings.tariff.v2g * flows.called_kwh[public]
    )


def test_what_vehicles_lack_stays_unserved_and_nobody_goes_below_a_tenth(
    tiny: Callable[..., City], once: Callable[..., Any]
) -> None:
    city = tiny()
    state = begin(city, jax.random.key(1), 12)
    low = jnp.full_like(state.energy_kwh, 7.0)
    after, flows = once(city, state._replace(energy_kwh=low, outage=jnp.asarray([True, True])), 0.0)
    plugged = ~flows.view.away
    np.testing.assert_allclose(flows.called_kwh, np.where(plugged, 0.95 * (7.0 - 6.0), 0.0))
    np.testing.assert_allclose(flows.unserved_kwh, 70.0 - flows.called_kwh.sum(-1))
    assert np.asarray(after.energy_kwh)[plugged].min() == pytest.approx(6.0)


def test_outages_come_as_often_as_stated(tiny: Callable[..., City], live: Callable[..., Any]) -> None:
    flows = live(tiny(), seed=3)[1]
    assert flows.view.state.outage.mean() == pytest.approx(0.3, abs=0.08)
