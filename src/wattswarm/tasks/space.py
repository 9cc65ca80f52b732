"""What agents see, may do and are paid, as a table with units and bounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["observation", "action", "reward"]
Row = tuple[str, float, float, str]
"""Name, least value, largest value and unit of a number."""


@dataclass(frozen=True)
class Space:
    """One number that every agent sees, sets or earns."""

    kind: Kind
    """What it is to the agent."""
    name: str
    """In the trade's words."""
    shape: tuple[int, ...]
    """(agent,)."""
    minimum: float
    """Least value."""
    maximum: float
    """Largest value."""
    unit: str
    """What 1 stands for."""


def spaces_of(
    agents: int, observed: Sequence[Row], controls: Sequence[Row], reward: str, unit: str
) -> tuple[Space, ...]:
    """Return the spaces of a task.

    Args:
        agents: how many see, set and earn them.
        observed: what each agent sees, in the order of the task's features.
        controls: what each agent sets, in the order of its controls.
        reward: what each agent earns.
    """
    kinds: tuple[tuple[Kind, Sequence[Row]], ...] = (
        ("observation", observed),
        ("action", controls),
        ("reward", [(reward, -math.inf, math.inf, unit)]),
    )
    return tuple(
        Space(kind, name, (agents,), low, high, unit_of)
        for kind, rows in kinds
        for name, low, high, unit_of in rows
    )


def table(spaces: Sequence[Space]) -> str:
    """Return the spaces as a Markdown table, one row each."""
    head = ["| kind | name | shape | min | max | unit |", "|---|---|---|---|---|---|"]
    rows = [f"| {s.kind} | {s.name} | {s.shape} | {s.minimum:g} | {s.maximum:g} | {s.unit} |" for s in spaces]
    return "\n".join(head + rows)
