"""The contract: pure, repeatable, first and discount in the right places, batches equal to single play."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.tasks import Hub, play, rollout

_reset = eqx.filter_jit(lambda task, key: task.reset(key))
_step = eqx.filter_jit(lambda task, state, action: task.step_and_reset(state, action))


def _half(hub: Hub) -> jax.Array:
    return jnp.full((len(hub.agents), 1), 0.5, jnp.float32)


def _same(one: Any, other: Any) -> bool:
    return all(
        bool((a == b).all()) for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True)
    )


def test_the_same_key_starts_the_same_episode(hub: Hub) -> None:
    assert _same(_reset(hub, jax.random.key(3)), _reset(hub, jax.random.key(3)))
    episodes = {int(_reset(hub, jax.random.key(seed))[0].episode) for seed in range(30)}
    assert episodes == set(range(hub.setting.count))


def test_first_marks_the_first_step_of_an_episode_and_the_horizon_does_not_discount(hub: Hub) -> None:
    state, _ = _reset(hub, jax.random.key(0))
    firsts, discounts, steps = [], [], []
    for _ in range(2 * hub.setting.steps):
        state, timestep = _step(hub, state, _half(hub))
        firsts.append(float(timestep.first))
        discounts.append(float(timestep.discount))
        steps.append(int(state.step))
    length = hub.setting.steps
    assert np.flatnonzero(firsts).tolist() == [length - 1, 2 * length - 1]
    assert set(discounts) == {1.0}
    assert steps[:length] == [*range(1, length), 0]


def test_the_end_of_an_episode_shows_what_followed_beside_the_new_beginning(hub: Hub) -> None:
    state, _ = _reset(hub, jax.random.key(0))
    for _ in range(hub.setting.steps - 1):
        state, timestep = _step(hub, state, _half(hub))
        assert _same(timestep.observation, timestep.next_observation)
    before = state
    state, timestep = _step(hub, state, _half(hub))
    names = [space.name for space in hub.spaces]
    soc = names.index("state of charge")
    held = float(timestep.flows.energy_kwh[-1]) / 30.0
    assert float(timestep.next_observation.features[-1, soc]) == pytest.approx(held, abs=1e-5)
    assert float(timestep.observation.features[-1, soc]) == pytest.approx(0.5, abs=1e-3)
    assert (timestep.next_observation.features[:3, names.index("plugged")] == 0).all()
    fresh = _reset(hub, before.key)[1].features
    assert np.asarray(timestep.observation.features) == pytest.approx(np.asarray(fresh), abs=1e-6)


def test_the_world_of_an_episode_holds_energy_over_the_whole_play(exact_hub: Hub) -> None:
    world = exact_hub.setting.world
    actions = jax.random.uniform(
        jax.random.key(9), (exact_hub.setting.steps, len(exact_hub.agents), 1), minval=-1
    )
    _, flows = play(exact_hub, actions, 0)
    stored = (
        flows.dispatch.charge_kw * world.charge_efficiency
        - flows.dispatch.discharge_kw / world.discharge_efficiency
    )
    assert float(flows.energy_kwh[-1, -1]) == pytest.approx(
        15.0 + float(stored[:, -1].sum()) * world.step_h, abs=1e-9
    )


def test_episodes_played_together_earn_what_each_earns_alone(hub: Hub) -> None:
    def policy(_key: Any, seen: Any) -> Any:
        features = seen.features
        return jnp.sin(3.0 * features[:, 9] + 5.0 * features[:, 0] + features[:, 21])[:, None]

    keys = jax.random.split(jax.random.key(2), 6)
    _, actions, timestep = rollout(hub, policy, keys)
    episodes = [int(hub.reset(jax.random.split(key)[0])[0].episode) for key in keys]
    assert len(set(episodes)) > 1
    for at, episode in enumerate(episodes):
        alone = play(hub, actions[at], episode)[0]
        np.testing.assert_allclose(alone, timestep.reward[at], rtol=1e-4, atol=1e-5)
