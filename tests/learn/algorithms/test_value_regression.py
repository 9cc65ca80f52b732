"""Storages act by what energy is worth to them, and what optimal plans teach them of it pays."""

from __future__ import annotations

from datetime import date

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Float

from wattswarm.control.catalogue import rule
from wattswarm.control.runner import simulate
from wattswarm.errors import InputError
from wattswarm.learn.algorithms.supervised.opportunity import KNOTS, OpportunityValue, ValueNetwork
from wattswarm.learn.algorithms.supervised.value_regression import (
    Samples,
    ValueRegression,
    descend,
    loss,
    sample_windows,
)
from wattswarm.learn.problem import TaskProblem
from wattswarm.learn.supervised import TrainingSet
from wattswarm.outlook.ahead import HOURLY_H
from wattswarm.plan.bound import perfect_foresight
from wattswarm.tasks import Hub, setting
from wattswarm.tasks.pool.site import pool_scenario
from wattswarm.tasks.pool.task import SoundPool, sound_pool
from wattswarm.world import Scenario, View, open_step, start


@pytest.fixture(scope="module")
def days() -> list[Scenario]:
    """Three days of a pool of three."""
    return [pool_scenario(start=date(2024, 3, day), days=1, seed=day, ahead_h=HOURLY_H) for day in (4, 6, 7)]


@pytest.fixture(scope="module")
def pool(days: list[Scenario]) -> SoundPool:
    """The task of these days."""
    return sound_pool(days)


@pytest.fixture(scope="module")
def samples(pool: SoundPool, days: list[Scenario]) -> Samples:
    """What two dozen windows teach."""
    return sample_windows(pool, days, np.random.default_rng(0), windows=24, hours=48.0, counted=24.0)


LEARNER = ValueRegression(windows=24, hidden=32, updates=600, batch=128, counted=24.0)


@pytest.fixture(scope="module")
def supervised_learner(pool: SoundPool, samples: Samples) -> tuple[OpportunityValue, Array]:
    """The policy fitted to them, and its losses."""
    problem = TaskProblem(pool, (3, 2))
    fresh = LEARNER.init(jax.random.key(0), problem.layout)
    network, losses = descend(LEARNER, fresh, samples, jax.random.key(1))
    return LEARNER.policy(problem, network, "values"), losses


@pytest.fixture(scope="module")
def view(pool: SoundPool) -> View:
    """The first step of the first day, storages half full."""
    world, episodes = pool.setting.world, pool.setting.episodes
    return open_step(world, episodes, start(world), episodes.rows[0, 0])[1]


def test_a_curve_never_rises(samples: Samples) -> None:
    from wattswarm.learn.parts.networks import AgentNetwork

    network = AgentNetwork(
        jax.random.key(0),
        samples.features.shape[-1],
        ValueNetwork.outputs(),
        8,
        recurrent=False,
        head_scale=20.0,
    )
    curve, margin = ValueNetwork(network)(samples.features)
    assert (jnp.diff(curve, axis=-1) < 0).all()
    assert curve.shape == (*samples.features.shape[:-1], KNOTS)
    assert margin.shape == samples.worth.shape


def test_samples_say_what_was_seen_and_what_energy_was_worth(samples: Samples, pool: SoundPool) -> None:
    count = 24 * 23
    assert samples.features.shape == (count, 3, len([s for s in pool.spaces if s.kind == "observation"]))
    assert samples.worth.shape == (count, 3)
    assert ((samples.filled >= -1e-6) & (samples.filled <= 1 + 1e-6)).all()
    worth = np.asarray(samples.worth)
    assert np.isfinite(worth).all()
    assert 0.1 < np.median(worth) < 1.5
    assert (np.asarray(samples.margin) > 0).mean() > 0.9


def test_what_plans_teach_earns_most_of_what_foresight_would(
    supervised_learner: tuple[OpportunityValue, Array], days: list[Scenario]
) -> None:
    policy, losses = supervised_learner
    assert losses[-50:].mean() < 0.2 * losses[:5].mean()
    idle, learnt = simulate(days[0], [rule("uncontrolled"), policy], dtype=np.float32)
    most = perfect_foresight(days[0]).profit
    share = (learnt.profit - idle.profit) / (most - idle.profit)
    assert 0.6 < share <= 1.0 + 1e-6
    assert np.asarray(learnt.flows.dispatch.deferred_kwh).any()


def test_the_loss_reads_the_curve_where_the_storage_stands(samples: Samples) -> None:
    class Corrections(ValueNetwork):
        def __call__(self, features: Float[Array, ...]) -> tuple[Array, Array]:
            curve = jnp.linspace(1.0, 0.0, KNOTS) * jnp.ones((*features.shape[:-1], 1))
            return curve, jnp.broadcast_to(samples.margin[:, None], features.shape[:-1])

    told = samples._replace(worth=1.0 - samples.filled)
    assert float(loss(Corrections(None), told, 0.1)) == pytest.approx(0.0, abs=1e-9)  # type: ignore[arg-type]  # no network is called
    assert float(loss(Corrections(None), told._replace(worth=samples.filled), 0.1)) > 0.01  # type: ignore[arg-type]  # no network is called


def test_a_site_with_ports_is_refused() -> None:
    from wattswarm.tasks import station_scenario

    port = station_scenario(3, start=date(2024, 6, 3), arrivals="demo")
    problem = TaskProblem(Hub(setting([port])), None)
    with pytest.raises(InputError, match="agents are its storages"):
        LEARNER.fit(TrainingSet(problem, [port], problem), 0)


def test_a_seed_teaches_the_same_again_and_another_seed_another(
    pool: SoundPool, days: list[Scenario]
) -> None:
    problem = TaskProblem(pool, (3, 2))
    training_set, quick = (
        TrainingSet(problem, days, problem),
        ValueRegression(windows=4, hours=24.0, hidden=8, updates=20),
    )
    one, again, other = (quick.fit(training_set, seed) for seed in (0, 0, 1))
    assert one.metrics == again.metrics != other.metrics
    assert one.steps == 4 * 24
    assert one.state.network.head.bias.tolist() == again.state.network.head.bias.tolist()
    assert one.state.network.head.bias.tolist() != other.state.network.head.bias.tolist()


def test_the_policy_is_a_pytree_that_compiles(
    pool: SoundPool, supervised_learner: tuple[OpportunityValue, Array], view: View
) -> None:
    asked = eqx.filter_jit(OpportunityValue.act)(supervised_learner[0], pool.setting.world, (), view)[1]
    assert (np.asarray(asked.battery_kw) <= np.asarray(view.charge_limit_kw)).all()
    assert (np.asarray(asked.battery_kw) >= -np.asarray(view.discharge_limit_kw)).all()
