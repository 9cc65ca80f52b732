"""A whole episode as one compiled function on a CPU, where a small step costs less than its dispatch."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import jax
from jax.experimental.xla_metadata import set_xla_metadata

P = ParamSpec("P")
Result = TypeVar("Result")


def one_kernel(function: Callable[P, Result]) -> Callable[P, Result]:
    """Compile a pure function, loops and all, into one CPU function; elsewhere change nothing.

    XLA dispatches every fused operation of a loop's body on its own, which costs more than the operation
    itself where a step has a few hundred numbers: one world in a scan runs ten times faster as one function.
    The mark is a hint on the call, so compilers that do not know it compile the call as ever.

    Args:
        function: loops over small arrays. Its arguments must derive from arguments of the program that calls
            it, since XLA aborts where one of them folds to a constant; constants are to be closed over.
            Sorting, scattering and host callbacks cannot be part of it.

    Returns:
        The function, to be called inside a program that `compile_kernels` compiles.

    Source:
        XLA's pass for small while loops, which marks its calls in the same way.
    """
    compiled = jax.jit(function)

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> Result:
        result: Result = compiled(*args, **kwargs)
        if jax.default_backend() != "cpu":
            return result
        mark: Callable[..., Result] = set_xla_metadata
        return mark(result, xla_cpu_small_call="true", inlineable="false")

    return call


def compile_kernels(function: Callable[..., Any], *args: Any) -> Callable[..., Any]:
    """Compile a program that calls functions of `one_kernel`.

    Args:
        args: examples of its arguments.

    Returns:
        The compiled program, for arguments of these shapes.
    """
    lowered = jax.jit(function).lower(*args)
    if jax.default_backend() != "cpu":
        return lowered.compile()
    # Sums of more than 32 numbers would be unrolled to trees of scalars: code that grows with the site.
    loops: dict[str, str | bool] = {"xla_disable_hlo_passes": "tree_reduction_rewriter"}
    try:
        # Library calls for larger sums and products cannot be part of one function.
        return lowered.compile(compiler_options={**loops, "xla_cpu_experimental_ynn_fusion_type": ""})
    except jax.errors.JaxRuntimeError as error:
        # Compilers of other versions have no such calls, and refuse the option by its name.
        if "xla_cpu_experimental_ynn_fusion_type" not in str(error):
            raise
        return lowered.compile(compiler_options=loops)
