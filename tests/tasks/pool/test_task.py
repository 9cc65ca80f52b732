"""The pool as a decision problem: what stations see, may do and are paid, and that nothing leaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.data.generate import generate_prices
from wattswarm.errors import InputError
from wattswarm.market import Regime
from wattswarm.outlook import believing
from wattswarm.outlook.ahead import HOURLY_H
from wattswarm.plan.bound import perfect_foresight
from wattswarm.tasks import EnvState, Observation, Task, pool_scenario, rollout, setting, station_scenario
from wattswarm.tasks.episodes import play
from wattswarm.tasks.pool.task import LiteralPool, SoundPool, literal_pool, sound_pool
from wattswarm.world import Scenario, look, start

SIZES = (300.0, 500.0, 800.0)


@cache
def days(regime: Regime = Regime.DAM) -> tuple[Scenario, ...]:
    prices = generate_prices(
        start=date(2024, 2, 1),
        days=40,
        timezone="America/New_York",
        currency="USD",
        negative_share=0.0,
        rng=np.random.default_rng(0),
    )
    return tuple(
        pool_scenario(prices, start=date(2024, 3, day), days=2, seed=day, capacity_kwh=SIZES, regime=regime)
        for day in (4, 6)
    )


@cache
def sound() -> SoundPool:
    return sound_pool(days(), dtype=np.float64)


@cache
def literal() -> LiteralPool:
    free = pool_scenario(start=date(2024, 3, 4), days=2, capacity_kwh=SIZES, power_kw=SIZES)
    return literal_pool([free], dtype=np.float64)


@eqx.filter_jit
def begin(task: Task, episode: int, key: jax.Array) -> tuple[EnvState, Observation]:
    return task.begin(jnp.asarray(episode), key)


def anything(key: jax.Array, seen: object) -> jax.Array:
    """Random actions, many of them far outside what is feasible."""
    return jax.random.uniform(key, seen.low.shape, seen.low.dtype, minval=-2.0, maxval=2.0)  # type: ignore[attr-defined]


@pytest.mark.parametrize("make", [sound, literal])
def test_the_table_has_the_shapes_and_bounds_of_what_is_seen(make: object) -> None:
    task = make()  # type: ignore[operator]
    seen, actions, step = rollout(task, anything, jax.random.split(jax.random.key(1), 3))
    rows = [space for space in task.spaces if space.kind == "observation"]
    features = np.asarray(seen.features)
    assert features.shape[2:] == (3, len(rows))
    assert actions.shape[2:] == (3, task.controls)
    assert step.reward.shape[2:] == (3,)
    for at, row in enumerate(rows):
        assert features[..., at].min() >= row.minimum - 1e-6, row.name
        assert features[..., at].max() <= row.maximum + 1e-6, row.name
    assert (features.std(axis=(0, 1, 2)) > 0).all()


def test_the_literal_station_sees_the_six_numbers_of_the_paper() -> None:
    names = [space.name for space in literal().spaces if space.kind == "observation"]
    assert names == ["demand of all", "state of charge", "urgent demand", "regular demand", "solar", "price"]


def test_every_station_is_paid_the_profit_of_all() -> None:
    step = rollout(sound(), anything, jax.random.split(jax.random.key(2), 2))[2]
    net = np.asarray(jax.vmap(jax.vmap(lambda money: money.net))(step.flows.money))
    assert np.asarray(step.reward) == pytest.approx(np.repeat(net[..., None], 3, axis=-1), rel=1e-12)


def test_the_projection_changes_no_feasible_request() -> None:
    task = sound()
    seen, actions, step = rollout(
        task,
        lambda key, o: jax.random.uniform(key, o.low.shape, o.low.dtype, minval=o.low, maxval=o.high),
        jax.random.split(jax.random.key(3), 2),
    )
    dispatch, columns = step.flows.dispatch, task.setting.episodes
    power = np.asarray(dispatch.charge_kw - dispatch.discharge_kw)
    assert (power[np.asarray(actions[..., 0]) > 0] >= 0).all()
    energy = np.asarray(step.flows.energy_kwh) / np.asarray(SIZES)
    assert energy.min() >= 0.1 - 1e-9
    assert energy.max() <= 0.9 + 1e-9
    regular = np.asarray(jax.vmap(jax.vmap(columns.unpack))(columns.rows).regular_kwh)[:, :-1]
    deferred = np.asarray(dispatch.deferred_kwh)
    # Each environment plays one of the two episodes, whichever the key drew.
    wanted = (1 - np.asarray(actions[..., 1]))[:, None] * regular[None]
    missed = np.abs(deferred[:, None] - wanted).max(axis=(2, 3)).min(axis=1)
    assert missed.max() < 1e-9
    assert seen.features.shape[1] == 48


def test_full_power_either_way_reaches_ceiling_and_floor_and_closes_that_direction() -> None:
    task = literal()
    for share, level, closed in ((1.0, 0.9, "high"), (-1.0, 0.1, "low")):
        state, _ = begin(task, 0, jax.random.key(0))
        state, step = eqx.filter_jit(task.step)(state, jnp.full((3, 2), share))
        assert np.asarray(state.world.energy_kwh) / np.asarray(SIZES) == pytest.approx(level)
        bound = np.asarray(getattr(step.observation, closed))
        assert bound[:, 0] == pytest.approx(0.0)
        other = np.asarray(getattr(step.observation, "low" if closed == "high" else "high"))
        assert other[:, 0] == pytest.approx(-share)


def test_the_best_plan_in_hindsight_can_be_played_by_the_stations() -> None:
    task, bound = sound(), perfect_foresight(days()[0])
    dispatch = bound.run.flows.dispatch
    power, put_off = dispatch.charge_kw - dispatch.discharge_kw, dispatch.deferred_kwh

    @eqx.filter_jit
    def earned(task: SoundPool) -> jax.Array:
        def advance(state: EnvState, plan: tuple[jax.Array, jax.Array]) -> tuple[EnvState, jax.Array]:
            power, put_off = plan
            view = state.view
            limit = jnp.where(power > 0, view.charge_limit_kw, view.discharge_limit_kw)
            regular = view.exogenous.regular_kwh
            storage = power / jnp.where(limit > 0, limit, 1.0)
            service = 1.0 - put_off / jnp.where(regular > 0, regular, 1.0)
            state, step = task.step(state, jnp.stack([storage, service], axis=-1))
            return state, step.reward[0]

        begun = task.begin(jnp.asarray(0), jax.random.key(0))[0]
        return jax.lax.scan(advance, begun, (jnp.asarray(power), jnp.asarray(put_off)))[1].sum()

    assert float(earned(task)) == pytest.approx(bound.profit, rel=1e-6)


def test_service_is_closed_where_nothing_can_wait() -> None:
    none = [replace(day, regular_kwh=np.zeros_like(day.regular_kwh)) for day in days()]
    _, seen = begin(sound_pool(none, dtype=np.float64), 0, jax.random.key(0))
    assert np.asarray(seen.low)[:, 1].tolist() == np.asarray(seen.high)[:, 1].tolist() == [1.0, 1.0, 1.0]


def test_serving_nothing_defers_all_regular_demand_by_one_step_and_no_more() -> None:
    task = sound()
    actions = jnp.zeros((48, 3, 2))
    flows = play(task, actions, 0)[1]
    day = days()[0]
    deferred = np.asarray(flows.dispatch.deferred_kwh)
    assert deferred == pytest.approx(day.regular_kwh)
    served = day.urgent_kwh + np.vstack([np.zeros((1, 3)), day.regular_kwh[:-1]])
    assert np.asarray(flows.dispatch.served_kwh) == pytest.approx(served)


@pytest.mark.parametrize("regime", list(Regime))
def test_no_station_sees_a_price_before_it_is_known(regime: Regime) -> None:
    told = sound_pool(days(regime), dtype=np.float64)
    day, at = days(regime)[0], 10
    unknown = np.arange(day.steps) >= day.known_until[at]
    noise = np.random.default_rng(0).uniform(0, 1, day.steps)
    other = replace(day, market=np.where(unknown, noise, day.market))
    retold = sound_pool([other, days(regime)[1]], like=told, dtype=np.float64)
    np.testing.assert_array_equal(_seen_at(told, at), _seen_at(retold, at))
    # What is published or happens later is seen, later.
    assert (_seen_at(told, 47) != _seen_at(retold, 47)).any() == (regime is not Regime.ORACLE)


@eqx.filter_jit
def _seen_at(task: SoundPool, step: int) -> jax.Array:
    world, episodes = task.setting.world, task.setting.episodes
    row = episodes.rows[0, step]
    return task.observe(look(world, start(world), episodes.unpack(row), episodes.hints(row)))


def test_the_prices_a_station_sees_ahead_are_the_next_24_as_far_as_they_are_published() -> None:
    task, day, at = sound(), days()[0], 10
    first = [space.name for space in task.spaces].index("price 0-1 h ahead")
    seen = np.asarray(_seen_at(task, at))[:, first : first + 24] * float(task.stations.price)
    published = day.known_until[at] - at - 1
    expected = day.import_price[at + 1 : at + 1 + published] - day.import_price[at]
    assert seen[:, :published] == pytest.approx(np.repeat(expected[None], 3, axis=0))
    assert (seen[0, published:] != 0).all()


def test_a_station_sees_nothing_of_anothers_storage() -> None:
    task = sound()
    state, seen = begin(task, 0, jax.random.key(0))
    moved = state.view._replace(energy_kwh=state.view.energy_kwh.at[0].add(30.0))
    other = np.asarray(task.observe(moved))
    assert (other[0] != np.asarray(seen.features)[0]).any()
    assert other[1:] == pytest.approx(np.asarray(seen.features)[1:], abs=1e-12)


@pytest.mark.parametrize("make", [sound, literal])
def test_the_centre_sees_each_station_once_and_what_is_shared_once(make: object) -> None:
    task = make()  # type: ignore[operator]
    state, seen = begin(task, 0, jax.random.key(0))
    features = np.asarray(seen.features)
    alike = (features == features[0]).all(axis=0)
    names = [space.name for space in task.spaces if space.kind == "observation"]
    own = [
        name in {"state of charge", "urgent demand", "regular demand", "solar", "deferred", "capacity"}
        for name in names
    ]
    assert alike[[not each for each in own]].all()
    expected = np.concatenate([features[:, own].reshape(-1), features[0, [not each for each in own]]])
    assert np.asarray(task.centre(state.view)) == pytest.approx(expected)


def test_a_random_start_depends_on_the_key_and_lies_in_the_window() -> None:
    fixed, free = sound(), sound_pool(days(), random_start=True, dtype=np.float64)
    keys = jax.random.split(jax.random.key(5), 64)
    drawn = jax.jit(lambda key: free.reset(key)[0].world.energy_kwh)
    starts = np.asarray([drawn(key) for key in keys]) / np.asarray(SIZES)
    assert starts.min() >= 0.1
    assert starts.max() <= 0.9
    assert starts.std(axis=0).min() > 0.2
    assert np.asarray(drawn(keys[3])) / np.asarray(SIZES) == pytest.approx(starts[3])
    for key in keys[:2]:
        begun = begin(fixed, 1, key)[0].world.energy_kwh
        assert np.asarray(begun) == pytest.approx(0.5 * np.asarray(SIZES))


def test_another_bank_can_be_seen_on_the_scales_of_the_first() -> None:
    dear = [replace(day, market=2 * day.market) for day in days()]
    own, kept = sound_pool(dear, dtype=np.float64), sound_pool(dear, like=sound(), dtype=np.float64)
    price = [s.name for s in own.spaces].index("price")
    seen = [float(begin(task, 0, jax.random.key(0))[1].features[0, price]) for task in (own, kept)]
    assert seen[1] == pytest.approx(2 * seen[0])


def test_sites_and_views_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="has one storage"):
        sound_pool([station_scenario(2, start=date(2024, 3, 4))])
    with pytest.raises(InputError, match="no limit on storage power"):
        literal_pool(days())
    with pytest.raises(InputError, match="view ahead"):
        setting([days()[0], believing(days()[1], ahead_h=HOURLY_H)])
    with pytest.raises(InputError, match="do not match the number"):
        pool_scenario(start=date(2024, 3, 4), days=1, capacity_kwh=(1.0, 2.0))
