"""The one contract of every learner, and the records that pass between it and its runner.

A learner is an `equinox.Module` of pure functions: numbers that a sweep varies are leaves (so `vmap` sweeps
them), sizes are static. Everything that changes in training is one pytree, the state it returns from `init`.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple, Protocol

from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.learn.problem import Layout, Seen

Metrics = dict[str, Float[Array, ""]]


class Act(NamedTuple):
    """What the agents do in a step."""

    controls: Float[Array, "agent control"]
    choice: Int[Array, " agent"]
    """Row of the grid of choices; 0 for learners of continuous actions."""
    notes: Any
    """What the learner wants back in `update`: log probabilities, values, noise; any pytree."""


class Step(NamedTuple):
    """One step as it was lived, leading axes [time, lane]."""

    seen: Seen
    first: Float[Array, ...]
    """1 where `seen` is the first of an episode: memory is emptied before this step."""
    memory: Any
    """What the learner remembered before this step."""
    act: Act
    reward: Float[Array, "... agent"]
    discount: Float[Array, ...]


class Trajectory(NamedTuple):
    """A stretch of steps of several lanes and what came after."""

    steps: Step
    closing: Seen
    """What followed the last step in the same episode, leading axis [lane]."""
    closing_memory: Any
    """What the learner remembered then, leading axis [lane]."""


class Learner(Protocol):
    """How a policy is learned and how it acts; a dataclass, as equinox modules are."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def name(self) -> str:
        """Name in tables and files."""
        ...

    @property
    def updates(self) -> int:
        """Updates of the whole training, over which schedules stretch; a field, which the runner sets."""
        ...

    @property
    def lanes(self) -> int:
        """Episodes played side by side in training."""
        ...

    @property
    def sequence(self) -> int:
        """Steps of each lane between two updates; best a divisor of the horizon."""
        ...

    def init(self, key: PRNGKeyArray, layout: Layout) -> Any:
        """Return everything that training changes: parameters, optimisers, replay, counters."""
        ...

    def begin(self, layout: Layout) -> Any:
        """Return the memory of one lane at the start of an episode, a pytree of leading axis [agent]."""
        ...

    def act(
        self, state: Any, memory: Any, seen: Seen, first: Float[Array, ""], key: PRNGKeyArray | None
    ) -> tuple[Any, Act]:
        """Choose for one lane.

        Args:
            state: of the learner.
            memory: of this lane.
            seen: what the agents see.
            first: 1 empties the memory before it is used.
            key: draws exploration; None acts greedily.

        Returns:
            Memory for the next step and what to do.
        """
        ...

    def update(self, state: Any, trajectory: Trajectory, key: PRNGKeyArray) -> tuple[Any, Metrics]:
        """Learn from what was just lived; learners with replay keep it in their state."""
        ...
