"""Runs a function for several seeds or environments at once, and a single one without the axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax


def side_by_side(function: Callable[..., Any], count: int) -> Callable[..., Any]:
    """Map a function over the leading axis of its arguments.

    A single one is spared the axis inside: that compiles sooner, and of a condition only one branch runs,
    where `vmap` would run both.

    Args:
        function: of pytrees without the axis.

    Returns:
        The function of pytrees with the axis, whose results have it too.
    """
    if count > 1:
        return jax.vmap(function)

    def alone(*arguments: Any) -> Any:
        answer = function(*jax.tree.map(lambda x: x[0], arguments))
        return jax.tree.map(lambda x: x[None], answer)

    return alone
