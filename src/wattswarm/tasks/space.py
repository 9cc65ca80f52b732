"""What agents see, may do and are paid, as a table with units and bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["observation", "action", "reward"]


@dataclass(frozen=True)
class Space:
    """One number that every agent sees, sets or earns.

    Args:
        kind: what it is to the agent.
        name: in the trade's words.
        shape: (agent,).
        minimum: least value.
        maximum: largest value.
        unit: what 1 stands for.
    """

    kind: Kind
    name: str
    shape: tuple[int, ...]
    minimum: float
    maximum: float
    unit: str


def table(spaces: Sequence[Space]) -> str:
    """Return the spaces as a Markdown table, one row each."""
    head = ["| kind | name | shape | min | max | unit |", "|---|---|---|---|---|---|"]
    rows = [f"| {s.kind} | {s.name} | {s.shape} | {s.minimum:g} | {s.maximum:g} | {s.unit} |" for s in spaces]
    return "\n".join(head + rows)
