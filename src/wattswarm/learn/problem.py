"""What a learner meets: agents that see, choose and are paid; a `Task` is one, so is a public benchmark."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Protocol

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.errors import InputError
from wattswarm.tasks import EnvState, Observation, Task, Timestep
from wattswarm.world import View

_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Layout:
    """The shape of a problem: what a trained policy must find again to be of use."""

    problem: str
    agents: tuple[str, ...]
    features: tuple[str, ...]
    """What each number of `Observation.features` is."""
    centre: int
    """Numbers in `Observation.centre`."""
    controls: tuple[str, ...]
    """What each number of an action is."""
    choices: tuple[tuple[float, ...], ...]
    """The finite actions, each a value for every control."""

    @property
    def grid(self) -> Float[Array, "choice control"]:
        return jnp.asarray(np.asarray(self.choices, np.float32))


class Problem(Protocol):
    """A decision problem of several agents with automatic reset, as pure functions."""

    @property
    def layout(self) -> Layout:
        """Its shape."""
        ...

    @property
    def horizon(self) -> int:
        """Most steps of an episode."""
        ...

    def reset(self, key: PRNGKeyArray) -> tuple[Any, Observation]:
        """Start an episode drawn by the key."""
        ...

    def step(self, state: Any, controls: Float[Array, "agent control"]) -> tuple[Any, Timestep]:
        """Advance by one step and start another episode where this one ended."""
        ...


class TaskProblem(eqx.Module):
    """A task as a problem, with a grid of choices over its controls.

    Raises:
        InputError: the points do not fit the task's controls.
    """

    task: Task
    points: tuple[int, ...] | None = eqx.field(static=True)
    """Grid points of each control, evenly spread between its bounds; None for learners of continuous controls
    only, whose grid is just the lowest and the highest of all."""

    def __check_init__(self) -> None:
        if self.points is None:
            return
        if len(self.points) != self.task.controls or min(self.points, default=0) < 2:
            raise InputError(
                "the grid of choices does not fit the task",
                where="points",
                found=self.points,
                expected=f"{self.task.controls} numbers of 2 or more, one for each control",
            )

    @property
    def layout(self) -> Layout:
        """Names and sizes of the task, and its grid."""
        spaces = self.task.spaces
        begun = jax.eval_shape(self.task.reset, jax.random.key(0))[1]
        return Layout(
            problem=self.task.name,
            agents=self.task.agents,
            features=tuple(space.name for space in spaces if space.kind == "observation"),
            centre=begun.centre.size,
            controls=tuple(space.name for space in spaces if space.kind == "action"),
            choices=self.choices,
        )

    @property
    def choices(self) -> tuple[tuple[float, ...], ...]:
        """Every combination of the grid points of all controls."""
        controls = [space for space in self.task.spaces if space.kind == "action"]
        if self.points is None:
            return tuple(space.minimum for space in controls), tuple(space.maximum for space in controls)
        levels = [
            np.linspace(space.minimum, space.maximum, count).tolist()
            for space, count in zip(controls, self.points, strict=True)
        ]
        return tuple(itertools.product(*levels))

    @property
    def horizon(self) -> int:
        return self.task.setting.steps

    @property
    def episodes(self) -> int:
        return self.task.setting.count

    def begin(self, episode: Int[Array, ""], key: PRNGKeyArray) -> tuple[EnvState, Observation]:
        state, observation = self.task.begin(episode, key)
        return state, self._masked(observation)

    def reset(self, key: PRNGKeyArray) -> tuple[EnvState, Observation]:
        state, observation = self.task.reset(key)
        return state, self._masked(observation)

    def step(self, state: EnvState, controls: Float[Array, "agent control"]) -> tuple[EnvState, Timestep]:
        """Advance the task and start another episode where this one ended."""
        state, timestep = self.task.step_and_reset(state, controls)
        return state, timestep._replace(
            observation=self._masked(timestep.observation),
            next_observation=self._masked(timestep.next_observation),
        )

    def see(self, view: View) -> Observation:
        """Return what the agents see of a view of the world."""
        return self._masked(self.task.observation(view))

    def _masked(self, observation: Observation) -> Observation:
        """Return the observation with the choices that lie within the feasible controls."""
        low, high = observation.low, observation.high
        grid = jnp.asarray(np.asarray(self.choices), low.dtype)[None]
        inside = (grid >= low[:, None] - _TOLERANCE) & (grid <= high[:, None] + _TOLERANCE)
        return observation._replace(mask=inside.all(axis=-1))
