"""Public problems are those of their libraries, step by step, with truncations told from ends."""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.errors import InputError

gymnax = pytest.importorskip("gymnax", reason="the extra `peers` is not installed")
pytest.importorskip("jaxmarl", reason="the extra `peers` is not installed")

from wattswarm.papers.public.problems import CartPole, Pendulum, SimpleSpread  # noqa: E402
from wattswarm.tasks import Observation, Timestep  # noqa: E402


def play(problem: Any, controls: jax.Array, key: jax.Array) -> tuple[Observation, Timestep]:
    """Return what the agents saw before and what each step brought, of one environment."""

    def advance(carry: tuple[Any, Observation], row: jax.Array) -> tuple[Any, tuple[Observation, Timestep]]:
        stage, seen = carry
        stage, turn = problem.step(stage, row)
        return (stage, turn.observation), (seen, turn)

    return jax.jit(lambda: jax.lax.scan(advance, problem.reset(key), controls)[1])()


@pytest.fixture(scope="module")
def spread() -> SimpleSpread:
    return SimpleSpread()


@pytest.fixture(scope="module")
def spread_play(spread: SimpleSpread) -> tuple[jax.Array, Observation, Timestep]:
    moves = jax.random.randint(jax.random.key(1), (30, 3, 1), 0, 5).astype(float)
    return moves, *play(spread, moves, jax.random.key(7))


def test_spread_pays_and_shows_what_the_library_does(
    spread: SimpleSpread, spread_play: tuple[jax.Array, Observation, Timestep]
) -> None:
    moves, seen, turn = spread_play
    library = spread.environment
    numbers, state = library.reset(jax.random.split(jax.random.key(7))[0])
    for at in range(25):
        np.testing.assert_allclose(seen.features[at], np.stack(list(numbers.values())), rtol=1e-6)
        acts = {name: moves[at, agent, 0].astype(int) for agent, name in enumerate(library.agents)}
        numbers, state, reward, _, _ = library.step_env(jax.random.key(0), state, acts)
        np.testing.assert_allclose(turn.reward[at], np.stack(list(reward.values())), rtol=1e-6)
        np.testing.assert_allclose(turn.score[at], np.mean(list(reward.values())), rtol=1e-6)
    np.testing.assert_allclose(
        turn.next_observation.features[24], np.stack(list(numbers.values())), rtol=1e-6
    )


def test_spread_is_cut_off_after_25_steps_and_starts_elsewhere(
    spread_play: tuple[jax.Array, Observation, Timestep],
) -> None:
    _, seen, turn = spread_play
    assert np.flatnonzero(turn.first).tolist() == [24]
    assert np.all(np.asarray(turn.discount) == 1.0)
    assert not np.allclose(turn.observation.features[24], turn.next_observation.features[24])
    assert not np.allclose(seen.features[0], turn.observation.features[24])
    # At the start of an episode nothing moves.
    np.testing.assert_array_equal(turn.observation.features[24][:, :2], 0.0)


def test_spread_names_its_numbers(
    spread: SimpleSpread, spread_play: tuple[jax.Array, Observation, Timestep]
) -> None:
    seen = jax.tree.map(lambda x: x[3], spread_play[1])
    layout = spread.layout
    assert seen.features.shape == (3, len(layout.features))
    assert seen.centre.shape == (layout.centre,)
    assert seen.mask.shape == (3, len(layout.choices))
    assert bool(seen.mask.all())
    where = {name: number for number, name in enumerate(layout.features)}
    own = seen.features[:, where["position x"]]
    # All agents speak of the same landmarks, relative to themselves; agent 1's first other is agent 0.
    marks = own + seen.features[:, where["landmark 2 x"]]
    np.testing.assert_allclose(marks, marks[0], atol=1e-6)
    np.testing.assert_allclose(own[1] + seen.features[1, where["other 1 x"]], own[0], atol=1e-6)


def test_the_same_key_plays_the_same_spread_and_another_key_another(spread: SimpleSpread) -> None:
    start = jax.jit(lambda key: spread.reset(key)[1].features)
    np.testing.assert_array_equal(start(jax.random.key(3)), start(jax.random.key(3)))
    assert not np.allclose(start(jax.random.key(3)), start(jax.random.key(4)))


def test_the_cart_falls_to_the_end_of_the_problem_where_the_librarys_does() -> None:
    problem = CartPole()
    right = jnp.ones((30, 1, 1))
    seen, turn = play(problem, right, jax.random.key(5))
    library, parameters = problem.environment, problem.parameters
    numbers, state = library.reset(jax.random.split(jax.random.key(5))[0], parameters)
    for at in range(30):
        np.testing.assert_allclose(seen.features[at, 0], numbers, rtol=1e-5)
        numbers, state, reward, fell, _ = library.step_env(jax.random.key(0), state, 1, parameters)
        assert float(turn.reward[at, 0]) == float(reward) == 1.0
        np.testing.assert_allclose(turn.next_observation.features[at, 0], numbers, rtol=1e-5)
        assert float(turn.discount[at]) == float(turn.first[at] == 0) == float(not fell)
        if fell:
            break
    assert bool(fell)
    assert at < 15
    np.testing.assert_array_less(jnp.abs(turn.observation.features[at]), 0.05 + 1e-6)


def test_a_cart_that_balances_is_cut_off_after_500_steps_and_not_ended() -> None:
    problem = CartPole()
    stage, _ = problem.reset(jax.random.key(0))
    upright = stage._replace(at=jnp.asarray(499, jnp.int32))
    moved, turn = jax.jit(problem.step)(upright, jnp.zeros((1, 1)))
    assert problem.horizon == 500
    assert (float(turn.first), float(turn.discount), int(moved.at)) == (1.0, 1.0, 0)


def test_the_pendulum_swings_as_the_librarys_and_is_cut_off_after_200_steps() -> None:
    problem = Pendulum()
    torques = jax.random.uniform(jax.random.key(2), (201, 1, 1), minval=-2.0, maxval=2.0)
    seen, turn = play(problem, torques, jax.random.key(5))
    library, parameters = problem.environment, problem.parameters
    numbers, state = library.reset(jax.random.split(jax.random.key(5))[0], parameters)
    for at in range(20):
        np.testing.assert_allclose(seen.features[at, 0], numbers, rtol=1e-4, atol=1e-5)
        numbers, state, reward, _, _ = library.step_env(
            jax.random.key(0), state, torques[at, 0, 0], parameters
        )
        np.testing.assert_allclose(turn.reward[at, 0], reward, rtol=1e-4, atol=1e-5)
    assert np.flatnonzero(turn.first).tolist() == [199]
    assert np.all(np.asarray(turn.discount) == 1.0)
    assert problem.reset(jax.random.key(0))[1].low.tolist() == [[-2.0]]
    assert problem.reset(jax.random.key(0))[1].high.tolist() == [[2.0]]


def test_libraries_load_without_a_word_on_the_streams() -> None:
    load = (
        "import sys; from wattswarm.papers.public.problems import SimpleSpread; old = sys.stdout, sys.stderr"
    )
    code = load + "; SimpleSpread(); assert old == (sys.stdout, sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ""


def test_a_missing_library_is_named_with_the_extra_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(InputError, match=r"gymnax[\s\S]*wattswarm\[peers\]"):
        CartPole()
    with pytest.raises(InputError, match=r"jaxmarl[\s\S]*wattswarm\[peers\]"):
        SimpleSpread()
