"""The folder of a training: the policy, everything needed to go on, and a line of figures a block.

| file | holds |
|---|---|
| policy.safetensors | what acting reads, of every seed after its best block |
| training.safetensors | learner, replay, episodes under way, counters, records |
| metrics.jsonl | the records, one line a block |

The policy is written first and training.safetensors last: killed in between, the block is played again and
comes out the same.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import numpy as np

from wattswarm.errors import InputError
from wattswarm.files import digest
from wattswarm.learn.contract import Learner
from wattswarm.learn.supervised import SupervisedLearner
from wattswarm.learn.training.acting import Named, named_leaves
from wattswarm.learn.training.checkpoint import load, read_header, save, write_whole
from wattswarm.learn.training.fit import phrase, record_differences
from wattswarm.learn.training.record import Record, record_of

POLICY = "policy.safetensors"
TRAINING = "training.safetensors"
METRICS = "metrics.jsonl"
_NAMES = {".learner": ".state", ".rollout.observation": ".walk.seen", ".rollout": ".walk"}
"""Names in files of what a `TrainingState` holds, the longer before the shorter."""


@dataclass(frozen=True, eq=False)
class TrainingRun:
    """A training so far."""

    folder: Path | None
    """Of its files, None for none."""
    configuration: Mapping[str, Any]
    """What must be the same to go on with it, as JSON values."""
    about: Mapping[str, Any]
    """Further JSON values on the problem."""
    state: Any = None
    """What a block changes, None before the first."""
    policy: Named = dataclasses.field(default_factory=dict)
    """What acting reads, by name, leading axis [seed]; empty before the first block."""
    best: tuple[float, ...] = ()
    """Validation score of `policy`, one a seed; empty without validation."""
    records: tuple[Record, ...] = ()

    def save(self) -> None:
        """Write the three files of the folder, each whole or not at all."""
        if self.folder is None:
            return
        header = {"configuration": self.configuration, "about": self.about, "best": self.best}
        save(self.folder / POLICY, self.policy, {**header, "block": len(self.records)})
        lines = "".join(f"{record.line()}\n" for record in self.records)
        write_whole(self.folder / METRICS, lines.encode())
        records = [dataclasses.asdict(record) for record in self.records]
        save(self.folder / TRAINING, _stored(self.state), {**header, "records": records})


def resume(run: TrainingRun, state: Any, policy: Named) -> TrainingRun:
    """Return the training that the folder holds, or the run as it is where it holds none.

    Args:
        state: shapes and dtypes of what a block changes.
        policy: shapes and dtypes of what acting reads.

    Returns:
        The run, with what was saved.

    Raises:
        InputError: the folder holds another training, or a damaged file.
    """
    if run.folder is None:
        return run
    if not (run.folder / TRAINING).exists():
        # Killed before its first block was saved whole; supervised learners write no such file.
        if (run.folder / POLICY).exists():
            refuse_another(run.folder, read_header(run.folder / POLICY)["configuration"], run.configuration)
        return run
    header = read_header(run.folder / TRAINING)
    refuse_another(run.folder, header["configuration"], run.configuration)
    leaves = load(run.folder / TRAINING, _stored(state))
    return replace(
        run,
        state=jax.tree.unflatten(jax.tree.structure(state), leaves.values()),
        policy=load(run.folder / POLICY, policy),
        best=tuple(header["best"]),
        records=tuple(record_of(each) for each in header["records"]),
    )


def _stored(state: Any) -> Named:
    """Return the leaves of a training's state under their names in files of format 1."""
    renamed = {}
    for name, leaf in named_leaves(state).items():
        inside = next(inside for inside in _NAMES if name.startswith(inside))
        renamed[_NAMES[inside] + name.removeprefix(inside)] = leaf
    return renamed


def refuse_another(folder: Path, there: Mapping[str, Any], here: Mapping[str, Any]) -> None:
    """Refuse to go on in a folder with another training than it holds.

    Args:
        there: configuration that the files tell.
        here: configuration of what is to be trained.

    Raises:
        InputError: they differ, with the first few differences.
    """
    found = record_differences(there, json.loads(json.dumps(here)))
    if found:
        raise InputError(
            "the folder holds another training",
            where=str(folder),
            found=phrase(found),
            expected="the same learner, problem, steps and seeds, to resume it",
            mend="use another folder, or give the settings it was started with",
        )


def learner_record(learner: Learner | SupervisedLearner) -> dict[str, Any]:
    """Return the learner's name and fields as JSON values; other values are recorded by their repr.

    Returns:
        `name`; `settings`, from which the registry makes it again; and `parts`, which must then be the same.
    """
    fields = [field.name for field in dataclasses.fields(learner) if field.init]
    values = {field: _plain(getattr(learner, field)) for field in fields if field != "name"}
    return {
        "name": learner.name,
        "settings": {name: value for name, value in values.items() if value is not Ellipsis},
        "parts": {name: repr(getattr(learner, name)) for name in values if values[name] is Ellipsis},
    }


def fingerprint(problem: Any) -> str:
    """Return a hash of everything that a problem holds: its data, its parameters, its kind."""
    parts: list[Any] = [type(problem).__qualname__]
    for name, leaf in named_leaves(problem).items():
        parts.append(name)
        if eqx.is_array(leaf):
            values = np.asarray(leaf)
            parts += [f"{values.shape} {values.dtype}", values]
        elif _plain(leaf) is not Ellipsis:
            parts.append(repr(leaf))
    return digest(*parts, digits=16)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it, Ellipsis where it has none."""
    if eqx.is_inexact_array(value) and value.ndim == 0:
        return value.item()
    if isinstance(value, (list, tuple)):
        items = [_plain(item) for item in value]
        return Ellipsis if Ellipsis in items else items
    return value if isinstance(value, (bool, int, float, str, type(None))) else Ellipsis
