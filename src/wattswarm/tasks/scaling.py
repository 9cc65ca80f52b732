"""What counts as 1 in a task's observations: taken from the task of training into any other of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp

from wattswarm.errors import InputError
from wattswarm.tasks.task import Task

_WHERE = (".world", ".episodes")
"""Parts of a setting that belong to the place, not to how it is seen."""
AnyTask = TypeVar("AnyTask", bound=Task)


def scales(task: Task) -> dict[str, float]:
    """Return every single number by which the task scales what is seen, by its place in the task."""
    named = {jax.tree_util.keystr(path): leaf for path, leaf in jax.tree_util.tree_leaves_with_path(task)}
    return {name: float(leaf) for name, leaf in named.items() if _is_scale(name, leaf)}


def with_scales(task: AnyTask, values: Mapping[str, float]) -> AnyTask:
    """Return the task with the scales of another, so that what was learned there is seen alike here.

    Args:
        task: whose world and episodes stay.
        values: as `scales` gave them there.

    Raises:
        InputError: the tasks are not of one kind.
    """
    mine = scales(task)
    if set(mine) != set(values):
        raise InputError(
            "the tasks have different scales",
            where=f"scales of {task.name}",
            found=", ".join(sorted(set(values) ^ set(mine))),
            expected="the same scales as in training",
            mend="train again with this version",
        )

    def put(path: tuple[Any, ...], leaf: Any) -> Any:
        name = jax.tree_util.keystr(path)
        return jnp.asarray(values[name], leaf.dtype) if name in values else leaf

    changed: AnyTask = jax.tree_util.tree_map_with_path(put, task)
    return changed


def _is_scale(name: str, leaf: Any) -> bool:
    return eqx.is_inexact_array(leaf) and leaf.ndim == 0 and not any(part in name for part in _WHERE)
