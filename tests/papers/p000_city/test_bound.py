"""The best plan of a small city, followed in the city, is worth what it says, and no rule is worth more."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import equinox as eqx
import jax
import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.market.fees import PaymentFees, free, lightning
from wattswarm.papers.p000_city.bound import bound_city, replay, worth_of
from wattswarm.papers.p000_city.play import hours
from wattswarm.papers.p000_city.presets import small
from wattswarm.papers.p000_city.rules import RULES
from wattswarm.papers.p000_city.settings import FLEET, RESIDENTIAL, WORKPLACE
from wattswarm.papers.p000_city.world import City, Settings, begin, build

_hours = eqx.filter_jit(hours)


@cache
def _city() -> City:
    groups = (replace(RESIDENTIAL, vehicles=3), replace(WORKPLACE, vehicles=3), replace(FLEET, vehicles=2))
    return build(replace(small(), groups=groups, stations=2, days=200), free(), dtype=np.float64)


@pytest.mark.parametrize("first", [0, 24 * 190 + 13])
def test_a_plan_is_worth_in_the_city_what_it_says(first: int) -> None:
    city = _city()
    state = begin(city, jax.random.key(1), first)
    # Little is left in the vans, so that floors and trips bind.
    state = state._replace(energy_kwh=state.energy_kwh.at[:, -2:].set(24.5))
    bound = bound_city(city, state, 48)
    after, flows = replay(city, state, bound)
    assert worth_of(city, after, flows) == pytest.approx(bound.worth, rel=1e-6)
    np.testing.assert_allclose(flows.charge_kwh, bound.charge_kwh, atol=1e-6)
    np.testing.assert_allclose(flows.discharge_kwh, bound.discharge_kwh, atol=1e-6)
    assert not flows.dipped.any()
    assert bound.discharge_kwh.max() > 5.0


def test_no_rule_is_worth_more_than_the_bound() -> None:
    city = _city()
    state = begin(city, jax.random.key(2), 24 * 150)
    bound = bound_city(city, state, 72).worth
    worth = {}
    for name, rule in RULES.items():
        after, flows = _hours(city, rule, state, 72, jax.random.key(0))
        worth[name] = worth_of(city, after, flows)
    assert max(worth.values()) <= bound + 1e-6 * abs(bound)
    assert worth["off-peak, sell at peak"] > worth["charge at once"] > worth["idle"]
    assert bound - worth["off-peak, sell at peak"] < 0.2 * (bound - worth["charge at once"])


@pytest.mark.parametrize(
    ("settings", "fees", "where"),
    [
        (replace(small(), hubs=1), free(), "hubs"),
        (Settings(), free(), "station.buffer_kwh"),
        (small(), lightning(), "fees"),
        (replace(small(), stations=1), free(), "station.ports"),
    ],
)
def test_cities_that_the_programs_do_not_state_are_refused(
    settings: Settings, fees: PaymentFees, where: str
) -> None:
    city = build(replace(settings, days=2), fees)
    with pytest.raises(InputError, match=f"^{where}:"):
        bound_city(city, begin(city, jax.random.key(0)), 24)
