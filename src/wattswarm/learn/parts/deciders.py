"""Who decides: each agent from what it sees, or one centre, by a head for each agent or one for all.

A decider says what the network reads, how its outputs are values of decisions, and what the agents then do.
Decisions are rows: one for each agent, or a single one that stands for all of them.
"""

from __future__ import annotations

from typing import Protocol

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from wattswarm.errors import InputError
from wattswarm.learn.parts.networks import with_identity
from wattswarm.learn.problem import Layout
from wattswarm.tasks import Observation

Outputs = Float[Array, "*batch seat output"]
Values = Float[Array, "*batch row option"]
Rows = Int[Array, "*batch row"]
Choices = Int[Array, "*batch agent"]
AgentMask = Bool[Array, "*batch agent choice"]

_MOST_JOINT = 4096
"""Joint choices that one head can still tell apart."""


class Decider(Protocol):
    """Who decides, as a view on one network."""

    def seats(self, layout: Layout, /) -> int:
        """Return how many networks run side by side, each with its memory."""
        ...

    def inputs(self, layout: Layout, /) -> int:
        """Return the numbers that each network reads."""
        ...

    def outputs(self, layout: Layout, /) -> int:
        """Return the numbers that each network returns."""
        ...

    def read(self, observation: Observation, /) -> Float[Array, "*batch seat feature"]: ...

    def values(self, outputs: Outputs, mask: AgentMask, /) -> tuple[Values, Bool[Array, "*batch row option"]]:
        """Return the value of every option of every decision, and which options are feasible."""
        ...

    def decided(self, choice: Choices, choices: int, /) -> Rows:
        """Return the decisions behind the choices of the agents."""
        ...

    def choices(self, rows: Rows, agents: int, choices: int, /) -> Choices:
        """Return what each agent does under the decisions."""
        ...


class EachAgent:
    """Every agent decides from what it sees and who it is, by one network that all share."""

    def seats(self, layout: Layout) -> int:
        return len(layout.agents)

    def inputs(self, layout: Layout) -> int:
        return len(layout.features) + len(layout.agents)

    def outputs(self, layout: Layout) -> int:
        return len(layout.choices)

    def read(self, observation: Observation) -> Float[Array, "*batch seat feature"]:
        return with_identity(observation.features)

    def values(self, outputs: Outputs, mask: AgentMask) -> tuple[Values, Bool[Array, "*batch row option"]]:
        return outputs, mask

    def decided(self, choice: Choices, _choices: int) -> Rows:
        return choice

    def choices(self, rows: Rows, _agents: int, _choices: int) -> Choices:
        return rows


class _Centre:
    """One network that sees all and decides for every agent."""

    def seats(self, _layout: Layout) -> int:
        return 1

    def inputs(self, layout: Layout) -> int:
        return layout.centre

    def read(self, observation: Observation) -> Float[Array, "*batch seat feature"]:
        return observation.centre.astype(jnp.float32)[..., None, :]


class Branches(_Centre):
    """One centre decides for every agent, by one network with a head for each of them.

    Source:
        Action branching, Tavakoli et al. (2018).
    """

    def outputs(self, layout: Layout) -> int:
        return len(layout.agents) * len(layout.choices)

    def values(self, outputs: Outputs, mask: AgentMask) -> tuple[Values, Bool[Array, "*batch row option"]]:
        return outputs.reshape(mask.shape), mask

    def decided(self, choice: Choices, _choices: int) -> Rows:
        return choice

    def choices(self, rows: Rows, _agents: int, _choices: int) -> Choices:
        return rows


class Jointly(_Centre):
    """One centre decides on everything at once: an option is a choice for each agent, in mixed radix."""

    def outputs(self, layout: Layout) -> int:
        """Return the joint choices.

        Raises:
            InputError: there are more than one head can tell apart.
        """
        joint = int(len(layout.choices) ** len(layout.agents))
        if joint > _MOST_JOINT:
            raise InputError(
                "the agents have too many joint choices for one head",
                where=layout.problem,
                found=f"{len(layout.choices)} choices of {len(layout.agents)} agents, {joint} together",
                expected=f"{_MOST_JOINT} or fewer",
                mend="use the branching head, fewer grid points, or a learner with a mixer such as qmix",
            )
        return joint

    def values(self, outputs: Outputs, mask: AgentMask) -> tuple[Values, Bool[Array, "*batch row option"]]:
        """Return the outputs, and as feasible those options of which every agent's choice is."""
        agents, choices = mask.shape[-2:]
        rows = jnp.arange(outputs.shape[-1])
        each = self.choices(rows[:, None], agents, choices)
        feasible = mask[..., jnp.arange(agents), each].all(axis=-1)
        return outputs, feasible[..., None, :]

    def decided(self, choice: Choices, choices: int) -> Rows:
        agents = choice.shape[-1]
        powers = choices ** jnp.arange(agents - 1, -1, -1, dtype=jnp.int32)
        return (choice * powers).sum(axis=-1, keepdims=True).astype(jnp.int32)

    def choices(self, rows: Rows, agents: int, choices: int) -> Choices:
        powers = choices ** jnp.arange(agents - 1, -1, -1, dtype=jnp.int32)
        return (rows // powers % choices).astype(jnp.int32)


def centre(agents: int, choices: int, joint: bool | None = None) -> Branches | Jointly:
    """Return how one centre decides.

    Args:
        joint: whether by one head for all; None wherever one head can tell the joint choices apart.
    """
    if joint is None:
        joint = choices**agents <= _MOST_JOINT
    return Jointly() if joint else Branches()
