"""Rules of a city charge when it is cheap and sell when it pays, fees and wear counted."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from wattswarm.market.fees import PaymentFees, card, lightning, percent
from wattswarm.papers.p000_city.presets import small
from wattswarm.papers.p000_city.rules import at_once, by_chance, idle, off_peak
from wattswarm.papers.p000_city.world import Requests, begin, build, look


def _asked(hour: int, fees: PaymentFees) -> Requests:
    city = build(small(), fees)
    view = look(city, begin(city, jax.random.key(0), hour))
    return off_peak(city, view, jax.random.key(0))


def test_the_rule_charges_off_peak_and_sells_at_peak_where_a_payment_does_not_eat_it_up() -> None:
    homes = small().homes
    assert (np.asarray(_asked(2, lightning()).energy) == 1.0).all()
    assert (np.asarray(_asked(19, lightning()).energy) == -1.0).all()
    # 0.16 over 0.1597: a hair's breadth is left at 2.3 %, nothing with 0.30 a payment.
    assert (np.asarray(_asked(19, percent()).energy) == -1.0).all()
    dear = np.asarray(_asked(19, card()).energy)
    assert (dear[:, homes:] == 0.0).all()
    assert (dear[:, :homes] == -1.0).all()


def test_at_home_the_rule_stores_the_sun() -> None:
    city = build(small(), lightning())
    brightest = int(np.asarray(city.surroundings.roof_kwh).argmax())
    view = look(city, begin(city, jax.random.key(0), brightest))
    energy = off_peak(city, view, jax.random.key(0)).energy
    homes = city.settings.homes
    drawn = np.asarray(energy * view.room_kwh)[:, :homes]
    over = np.asarray(jnp.maximum(view.roof_kwh - view.load_kwh, 0.0))
    assert over.max() > 1.0
    np.testing.assert_allclose(drawn, np.minimum(over, np.asarray(view.room_kwh)[:, :homes]), rtol=1e-5)
    assert not np.asarray(energy)[:, homes:].any()


def test_the_others_idle_charge_or_draw() -> None:
    city = build(small(), lightning())
    view = look(city, begin(city, jax.random.key(0), 12))
    assert not np.asarray(idle(city, view, jax.random.key(0)).energy).any()
    assert (np.asarray(at_once(city, view, jax.random.key(0)).energy) == 1.0).all()
    drawn = by_chance(city, view, jax.random.key(0))
    assert len(np.unique(np.asarray(drawn.energy))) == 7
    assert set(np.asarray(drawn.price).round(1).ravel()) <= {np.float32(x) for x in (0.8, 0.9, 1.0, 1.1, 1.2)}
