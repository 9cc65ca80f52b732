"""Gymnasium and PettingZoo accept the faces, and communication faults do what they say."""

from __future__ import annotations

import importlib
import sys
import warnings

import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.tasks import Hub

gymnasium = pytest.importorskip("gymnasium")
pytest.importorskip("pettingzoo")

from gymnasium.utils.env_checker import check_env  # noqa: E402
from pettingzoo.test import parallel_api_test, parallel_seed_test  # noqa: E402

from wattswarm.tasks.faults import Delayed, Missing  # noqa: E402
from wattswarm.tasks.gymnasium import SiteEnv  # noqa: E402
from wattswarm.tasks.pettingzoo import AgentsEnv  # noqa: E402


def _play(env: AgentsEnv, seed: int = 0) -> tuple[list[dict[str, np.ndarray]], list[dict[str, float]]]:
    seen, _ = env.reset(seed=seed)
    observations, rewards = [seen], []
    while env.agents:
        seen, paid, _, _, _ = env.step({agent: np.full(1, 0.3, np.float32) for agent in env.agents})
        observations.append(seen)
        rewards.append(paid)
    return observations, rewards


def test_gymnasium_accepts_the_site_as_one_agent(hub: Hub) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_env(SiteEnv(hub), skip_render_check=True)


def test_the_site_is_paid_its_profit_and_truncated_at_the_horizon(hub: Hub) -> None:
    env = SiteEnv(hub)
    env.reset(seed=1)
    action, ends = np.full(env.action_space.shape, 0.2, np.float32), []
    for _ in range(hub.setting.steps):
        seen, reward, terminated, truncated, info = env.step(action)
        assert env.observation_space.contains(seen)
        assert reward == pytest.approx(info["profit"], abs=1e-4)
        assert not terminated
        ends.append(truncated)
    assert ends == [False] * (hub.setting.steps - 1) + [True]


def test_pettingzoo_accepts_the_agents(hub: Hub) -> None:
    parallel_api_test(AgentsEnv(hub), num_cycles=60)
    parallel_seed_test(lambda: AgentsEnv(hub), num_cycles=10)


def test_pettingzoo_accepts_faulty_agents(hub: Hub) -> None:
    parallel_api_test(Missing(Delayed(AgentsEnv(hub), 2), 0.5), num_cycles=60)
    parallel_seed_test(lambda: Missing(Delayed(AgentsEnv(hub), 2), 0.5), num_cycles=10)


def test_the_same_seed_plays_the_same_day_and_another_seed_another(hub: Hub) -> None:
    one, again = _play(AgentsEnv(hub))[1], _play(AgentsEnv(hub))[1]
    assert one == again
    assert any(_play(AgentsEnv(hub), seed)[1] != one for seed in range(1, 6))


def test_the_agents_together_earn_what_the_site_earns(hub: Hub) -> None:
    env = AgentsEnv(hub)
    env.reset(seed=0)
    _, paid, _, _, infos = env.step({agent: np.ones(1, np.float32) for agent in env.agents})
    assert sum(paid.values()) == pytest.approx(infos[env.agents[0]]["profit"], abs=1e-4)


def test_a_delay_shows_the_past_and_changes_no_reward(hub: Hub) -> None:
    now, paid = _play(AgentsEnv(hub))
    late, paid_late = _play(Delayed(AgentsEnv(hub), 3))
    agent = hub.agents[-1]
    assert paid == paid_late
    for step, seen in enumerate(late):
        assert (seen[agent] == now[max(step - 3, 0)][agent]).all()


def test_a_lost_observation_leaves_the_last_one_that_arrived(hub: Hub) -> None:
    now, _ = _play(AgentsEnv(hub))
    some, _ = _play(Missing(AgentsEnv(hub), 0.5))
    none, _ = _play(Missing(AgentsEnv(hub), 1.0))
    agent, arrived, fresh = hub.agents[-1], now[0][hub.agents[-1]], 0
    for seen, true in zip(some[1:], now[1:], strict=True):
        same = (seen[agent] == true[agent]).all()
        fresh += int(same)
        arrived = true[agent] if same else arrived
        assert (seen[agent] == arrived).all()
    assert 0.2 < fresh / len(some) < 0.8
    assert all((seen[agent] == now[0][agent]).all() for seen in none)


def test_a_step_without_a_reset_and_absurd_faults_are_refused(hub: Hub) -> None:
    with pytest.raises(InputError, match="step before reset"):
        SiteEnv(hub).step(np.zeros(4, np.float32))
    with pytest.raises(InputError, match="without an episode"):
        AgentsEnv(hub).step({})
    with pytest.raises(InputError, match="negative delay"):
        Delayed(AgentsEnv(hub), -1)
    with pytest.raises(InputError, match="not a probability"):
        Missing(AgentsEnv(hub), 1.5)


@pytest.mark.parametrize(("face", "missing"), [("gymnasium", "gymnasium"), ("pettingzoo", "pettingzoo")])
def test_a_missing_library_names_the_extra_to_install(
    face: str, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.delitem(sys.modules, f"wattswarm.tasks.{face}")
    with pytest.raises(InputError, match=r"wattswarm\[gym\]"):
        importlib.import_module(f"wattswarm.tasks.{face}")
