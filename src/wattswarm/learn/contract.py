"""The contract of every learner, and the records that pass between it and its runner.

A learner is an `equinox.Module` of pure functions: numbers that a sweep varies are leaves (so `vmap` sweeps
them), sizes are static. Everything that changes in training is one pytree, the state it returns from `init`.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple, Protocol

from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.learn.problem import Layout
from wattswarm.tasks import Observation

Metrics = dict[str, Float[Array, ""]]
Key = PRNGKeyArray | None
"""Draws exploration; None acts greedily."""


class Action(NamedTuple):
    """What the agents do in a step."""

    controls: Float[Array, "agent control"]
    choice: Int[Array, " agent"]
    """Row of the grid of choices; 0 for learners of continuous actions."""
    notes: Any
    """What the learner wants back in `update`: log probabilities, values, noise; any pytree."""


class Transition(NamedTuple):
    """One step of every environment, leading axes [time, env]."""

    observation: Observation
    first: Float[Array, ...]
    """1 where `seen` is the first of an episode: memory is emptied before this step."""
    memory: Any
    """What the learner remembered before this step."""
    action: Action
    reward: Float[Array, "... agent"]
    discount: Float[Array, ...]


class Trajectory(NamedTuple):
    """A sequence of steps of several environments and what came after."""

    steps: Transition
    closing: Observation
    """What followed the last step in the same episode, leading axis [env]."""
    closing_memory: Any
    """What the learner remembered then, leading axis [env]."""


class Actor(Protocol):
    """The part of a learner that acts."""

    def begin(self, layout: Layout) -> Any:
        """Return one environment's memory at the start of an episode, a pytree of leading axis [agent]."""
        ...

    def act(
        self, state: Any, memory: Any, observation: Observation, first: Float[Array, ""], key: Key, /
    ) -> tuple[Any, Action]:
        """Choose for one environment.

        Args:
            first: 1 empties the memory before it is used.
            key: draws exploration; None acts greedily.

        Returns:
            Memory for the next step and what to do.
        """
        ...


class Learner(Actor, Protocol):
    """How a policy is learned and how it acts; a dataclass, as equinox modules are."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def name(self) -> str:
        """Name in tables and files."""
        ...

    @property
    def updates(self) -> int:
        """Updates of the whole training, the length of its schedules; a field that the runner sets."""
        ...

    @property
    def environments(self) -> int:
        """Episodes played side by side in training."""
        ...

    @property
    def sequence(self) -> int:
        """Steps of each environment between two updates; best a divisor of the horizon."""
        ...

    def init(self, key: PRNGKeyArray, layout: Layout) -> Any:
        """Return everything that training changes: parameters, optimisers, replay, counters."""
        ...

    def update(self, state: Any, trajectory: Trajectory, key: PRNGKeyArray) -> tuple[Any, Metrics]:
        """Learn from a trajectory just played; learners with replay keep it in their state."""
        ...
