"""The contract of supervised learners, which learn from planners and exact optima instead of rewards.

They see the same as other learners when they act; in training they may also see whole scenarios, planners and
shadow prices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Protocol, runtime_checkable

from jaxtyping import PRNGKeyArray

from wattswarm.control import Policy
from wattswarm.learn.problem import Layout, TaskProblem
from wattswarm.world import Scenario


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """What a supervised learner learns from."""

    problem: TaskProblem
    """The bare task on the training episodes."""
    scenarios: Sequence[Scenario]
    """Those episodes, in their order."""
    validation: TaskProblem
    """The bare task on the episodes to choose by, seen with the scales of training."""


class Fitted(NamedTuple):
    """The result of one seed."""

    state: Any
    """As `SupervisedLearner.init` returns it."""
    steps: int
    """Steps of episodes that a planner was asked about."""
    metrics: dict[str, float]


@runtime_checkable
class SupervisedLearner(Protocol):
    """How a policy is learned from plans and how it acts; a dataclass, as equinox modules are."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def name(self) -> str:
        """Name in tables and files."""
        ...

    def init(self, key: PRNGKeyArray, layout: Layout) -> Any:
        """Return all that acting reads, untrained: a pytree of arrays."""
        ...

    def fit(self, training_set: TrainingSet, seed: int) -> Fitted:
        """Train one seed, from its first draw to the end.

        Args:
            seed: of all that is drawn.

        Raises:
            InputError: the learner does not suit the task.
        """
        ...

    def policy(self, problem: TaskProblem, state: Any, name: str) -> Policy:
        """Return the policy of a state.

        Args:
            problem: the task where it shall run, with the scales of training.
            state: as `init` returns it.
        """
        ...
