"""The composite price weighs the market's price against congestion."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.market.game import composite_price, market_price, mean_load_kw, nash_equilibrium
from wattswarm.papers.market.games import alpha_sweep, at_once, paper_night


def test_the_price_is_the_markets_at_alpha_0_and_the_mean_times_relative_load_at_1() -> None:
    needs, price, load_kw = paper_night(30)
    reference = mean_load_kw(needs, load_kw)
    assert float(reference) == pytest.approx(float(load_kw.mean() + needs.energy_kwh.sum() / 24))
    total = nash_equilibrium(composite_price(needs, price, load_kw, 0.4, reference)).total_kw
    for alpha in (0.0, 0.4, 1.0):
        game = composite_price(needs, price, load_kw, alpha, reference)
        wanted = (1 - alpha) * price + alpha * price.mean() * (load_kw + total) / reference
        np.testing.assert_allclose(market_price(game, total), wanted, rtol=1e-12)


def test_more_weight_on_congestion_costs_more_at_the_market_and_flattens_the_load() -> None:
    market, both, congestion = alpha_sweep((0.0, 0.5, 1.0), vehicles=30, seeds=1)
    for figure, order in (("bill %", 1), ("peak-valley %", -1)):
        shown = [order * float(row[figure]) for row in (market, both, congestion)]
        assert shown == sorted(shown)
    assert float(congestion["bill %"]) < -20.0
    assert float(market["peak-valley %"]) > float(congestion["peak-valley %"]) + 20.0


def test_who_charges_on_arrival_takes_all_he_needs_as_early_as_he_can() -> None:
    needs, _, _ = paper_night(30)
    power = at_once(needs)
    np.testing.assert_allclose(power.sum(1), needs.energy_kwh, rtol=1e-9)
    full = jnp.isclose(power, needs.limit_kw) | (
        jnp.cumsum(power, axis=1) >= needs.energy_kwh[:, None] - 1e-9
    )
    assert bool(full.all())
