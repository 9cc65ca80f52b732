"""What a training leaves behind after each block, and what it hands back at its end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import jax

from wattswarm.learn.problem import Layout


@dataclass(frozen=True)
class Record:
    """One block of a training, with one number a seed in every tuple."""

    block: int
    """Its number, from 1."""
    blocks: int
    """How many the whole training has."""
    env_steps: int
    """Steps of all environments of one seed since the start."""
    cpu_s: float
    """Processor time since the start, all seeds together [s]."""
    wall_s: float
    """Time since the start [s]."""
    score: tuple[float, ...]
    """Mean score of a step while learning times the horizon: of an episode, where none ends early."""
    validation: tuple[float, ...]
    """Mean score of the greedy episodes after the block; empty without validation."""
    metrics: dict[str, tuple[float, ...]]
    """Means of what the learner reports."""

    def line(self) -> str:
        """Return the record as one line of JSON."""
        return json.dumps(asdict(self))


def record_of(stored: dict[str, Any]) -> Record:
    """Return a record from its JSON values."""
    metrics = {name: tuple(values) for name, values in stored["metrics"].items()}
    lists = {name: tuple(stored[name]) for name in ("score", "validation")}
    return Record(**{**stored, **lists, "metrics": metrics})


@dataclass(frozen=True, eq=False)
class Trained:
    """A finished or interrupted training."""

    learner: Any
    """A `Learner`, with the number of updates that it was given, or a `SupervisedLearner`."""
    layout: Layout
    seeds: tuple[int, ...]
    policies: Any
    """What acting reads of the state, leading axis [seed]; after the block that was best in validation, or
    the last one without validation."""
    states: Any
    """The whole state after the last block, leading axis [seed]."""
    best: tuple[float, ...]
    """Validation score of `policies`, one a seed; empty without validation."""
    records: tuple[Record, ...]
    finished: bool
    """Whether nothing is left to do."""

    def policy(self, seed: int | None = None) -> Any:
        """Return the state that acts for one seed, by default the one best in validation."""
        at = best_place(self.best) if seed is None else self.seeds.index(seed)
        return jax.tree.map(lambda x: x[at] if x.ndim else x, self.policies)


def best_place(best: Sequence[float]) -> int:
    """Return the place of the best score, 0 where there is none."""
    return max(range(len(best)), key=lambda at: best[at], default=0)
