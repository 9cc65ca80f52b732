"""Public problems that published learners were scored on: cart-pole, pendulum and the spread of particles.

They come from the libraries of the extra `peers`, stepped as those step them. Only the automatic reset is
ours, so that what followed a step stays known.
"""

from __future__ import annotations

import abc
import contextlib
import importlib
import io
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from wattswarm.errors import InputError
from wattswarm.learn import Layout
from wattswarm.tasks import Observation, Timestep


class Stage(NamedTuple):
    """Where an episode of a public problem stands."""

    inner: Any
    """State of the library."""
    at: Int[Array, ""]
    """Steps played."""
    key: PRNGKeyArray
    """Draws the library's noise and the next episode."""


class Classic(eqx.Module):
    """A problem of classic control with one agent, as gymnax steps it.

    Args:
        module: of gymnax's classic control.

    Raises:
        InputError: gymnax is not installed.
    """

    environment: Any = eqx.field(static=True)
    parameters: Any

    def __init__(self, module: str, name: str) -> None:
        self.environment = getattr(_load(f"gymnax.environments.classic_control.{module}"), name)()
        self.parameters = self.environment.default_params

    @property
    @abc.abstractmethod
    def layout(self) -> Layout:
        """Its shape."""

    @property
    def horizon(self) -> int:
        """Most steps of an episode."""
        return int(self.environment.default_params.max_steps_in_episode)

    def reset(self, key: PRNGKeyArray) -> tuple[Stage, Observation]:
        """Start an episode; the library's reset with the first half of the key."""
        drawn, left = jax.random.split(key)
        numbers, inner = self.environment.reset_env(drawn, self.parameters)
        stage = Stage(jax.tree.map(jnp.asarray, inner), jnp.zeros((), jnp.int32), left)
        return stage, _free(self.layout, numbers[None])

    def _advance(self, stage: Stage, action: Any) -> tuple[Stage, Timestep]:
        """Take the library's step, of which `done` means an end and never a cut-off."""
        key, left = jax.random.split(stage.key)
        numbers, inner, reward, done, _ = self.environment.step_env(key, stage.inner, action, self.parameters)
        moved = Stage(inner, stage.at + 1, left)
        return _turn(self, moved, _free(self.layout, numbers[None]), reward[None], done, reward)


class CartPole(Classic):
    """A pole to be balanced on a cart: 1 a step until it falls, at most 500 steps.

    Falling ends the problem (discount 0); 500 steps only cut it off.

    Source:
        Barto, Sutton and Anderson (1983) as CartPole-v1 of gymnax.
    """

    def __init__(self) -> None:
        super().__init__("cartpole", "CartPole")

    @property
    def layout(self) -> Layout:
        """One agent, four numbers, left or right."""
        features = ("position", "velocity", "angle", "turning")
        return Layout("cart-pole", ("cart",), features, 4, ("push",), ((0.0,), (1.0,)))

    def step(self, stage: Stage, controls: Float[Array, "agent control"]) -> tuple[Stage, Timestep]:
        """Push left (0) or right (1)."""
        return self._advance(stage, _choice(controls)[0])


class Pendulum(Classic):
    """A pendulum to be swung up and held by a torque too weak to lift it: paid by angle, speed and torque.

    Source:
        Pendulum-v1 of gymnax.
    """

    def __init__(self) -> None:
        super().__init__("pendulum", "Pendulum")

    @property
    def layout(self) -> Layout:
        """One agent, three numbers, a torque between its bounds [N m]."""
        bound = float(self.environment.default_params.max_torque)
        return Layout(
            "pendulum", ("joint",), ("cosine", "sine", "turning"), 3, ("torque",), ((-bound,), (bound,))
        )

    def step(self, stage: Stage, controls: Float[Array, "agent control"]) -> tuple[Stage, Timestep]:
        return self._advance(stage, controls[0, 0])


class SimpleSpread(eqx.Module):
    """Particles that are to cover as many landmarks without bumping into each other: 25 steps, then cut off.

    An agent is paid minus half the summed distances from each landmark to its nearest agent, and minus half
    of its bumps. The score is the mean over agents. The library itself resets after 26 steps; 25 is what the
    original problem and PettingZoo play.

    Args:
        agents: particles, as many as landmarks.

    Raises:
        InputError: jaxmarl is not installed.

    Source:
        Lowe et al. (2017), arXiv 1706.02275, as MPE_simple_spread_v3 of JaxMARL.
    """

    environment: Any = eqx.field(static=True)
    steps: int = eqx.field(static=True)

    def __init__(self, agents: int = 3, steps: int = 25) -> None:
        spread = _load("jaxmarl.environments.mpe.simple_spread").SimpleSpreadMPE
        self.environment = spread(num_agents=agents, num_landmarks=agents)
        self.steps = steps

    @property
    def layout(self) -> Layout:
        """Five moves; own motion, landmarks and others relative to the agent, and the others' signals."""
        agents = tuple(self.environment.agents)
        others = range(1, len(agents))
        pairs = [
            "velocity",
            "position",
            *(f"landmark {mark}" for mark in range(1, len(agents) + 1)),
            *(f"other {other}" for other in others),
        ]
        signals = [f"signal {other} {number}" for other in others for number in (1, 2)]
        features = (*(f"{pair} {axis}" for pair in pairs for axis in "xy"), *signals)
        moves = tuple((float(move),) for move in range(5))
        return Layout("simple-spread", agents, features, len(agents) * len(features), ("move",), moves)

    @property
    def horizon(self) -> int:
        return self.steps

    def reset(self, key: PRNGKeyArray) -> tuple[Stage, Observation]:
        """Scatter particles and landmarks; the library's reset with the first half of the key."""
        drawn, left = jax.random.split(key)
        numbers, inner = self.environment.reset(drawn)
        return Stage(inner, jnp.zeros((), jnp.int32), left), self._seen(numbers)

    def step(self, stage: Stage, controls: Float[Array, "agent control"]) -> tuple[Stage, Timestep]:
        """Stay (0) or push along an axis: left (1), right (2), down (3), up (4)."""
        # The library draws noise for every move and counts it 0 times: one key for all makes it a constant.
        quiet = jax.random.key(0)
        moves = dict(zip(self.environment.agents, _choice(controls), strict=True))
        numbers, inner, rewards, _, _ = self.environment.step_env(quiet, stage.inner, moves)
        reward = jnp.stack([rewards[agent] for agent in self.environment.agents])
        moved = Stage(inner, stage.at + 1, stage.key)
        return _turn(self, moved, self._seen(numbers), reward, jnp.zeros((), bool), reward.mean())

    def _seen(self, numbers: dict[str, Float[Array, " feature"]]) -> Observation:
        return _free(self.layout, jnp.stack([numbers[agent] for agent in self.environment.agents]))


def _load(module: str) -> Any:
    try:
        with _quietly():
            return importlib.import_module(module)
    except ImportError as error:
        raise InputError(
            "a public problem needs a library that is not installed",
            where=module.partition(".")[0],
            found=str(error),
            expected="the extra `peers`",
            mend="pip install 'wattswarm[peers]'",
        ) from error


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Load without a word; JaxMARL prints, and its robots, which are not needed, point streams elsewhere."""
    unneeded = "jaxmarl.environments.mabrax"
    blocked: dict[str, Any] = {} if unneeded in sys.modules else {unneeded: None}
    sys.modules.update(blocked)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        for name in blocked:
            del sys.modules[name]


def _choice(controls: Float[Array, "agent control"]) -> Int[Array, " agent"]:
    return jnp.round(controls[:, 0]).astype(jnp.int32)


def _free(layout: Layout, features: Float[Array, "agent feature"]) -> Observation:
    bounds = layout.grid.astype(features.dtype)
    shape = (len(layout.agents), len(layout.controls))
    return Observation(
        features=features,
        centre=features.reshape(-1),
        mask=jnp.ones((len(layout.agents), len(layout.choices)), bool),
        low=jnp.broadcast_to(bounds.min(axis=0), shape),
        high=jnp.broadcast_to(bounds.max(axis=0), shape),
    )


def _turn(
    problem: Classic | SimpleSpread,
    moved: Stage,
    following: Observation,
    reward: Float[Array, " agent"],
    ended: Bool[Array, ""],
    score: Float[Array, ""],
) -> tuple[Stage, Timestep]:
    again = ended | (moved.at >= problem.horizon)
    stage, seen = jax.tree.map(
        lambda new, old: jnp.where(again, new, old), problem.reset(moved.key), (moved, following)
    )
    dtype = following.features.dtype
    return stage, Timestep(
        observation=seen,
        reward=reward.astype(dtype),
        first=again.astype(dtype),
        discount=1.0 - ended.astype(dtype),
        next_observation=following,
        score=score.astype(dtype),
    )
