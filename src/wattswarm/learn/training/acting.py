"""What a learner's state must hold to act: a policy's file needs its network, not its replay."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from wattswarm.learn.contract import Learner
from wattswarm.learn.problem import Layout
from wattswarm.learn.supervised import SupervisedLearner
from wattswarm.tasks import Observation

Named = dict[str, Any]
"""Leaves of a pytree by their key path."""


def named_leaves(tree: Any) -> Named:
    """Return the leaves of a pytree by their key path, in its order."""
    return {jax.tree_util.keystr(path): leaf for path, leaf in jax.tree_util.tree_leaves_with_path(tree)}


def state_shapes(learner: Learner | SupervisedLearner, layout: Layout) -> Any:
    """Return the learner's state as shapes and dtypes, without computing it."""
    return jax.eval_shape(lambda key: learner.init(key, layout), jax.random.key(0))


def acting_names(learner: Learner | SupervisedLearner, layout: Layout) -> tuple[str, ...]:
    """Return the key paths of the leaves of the state that the learner reads when it acts greedily.

    The state of a supervised learner holds nothing else.

    Returns:
        Key paths in the order of the state's leaves.
    """
    state = state_shapes(learner, layout)
    if isinstance(learner, SupervisedLearner):
        return tuple(named_leaves(state))
    memory = jax.eval_shape(lambda: learner.begin(layout))

    def act(state: Any, memory: Any, observation: Observation, first: Any) -> Any:
        return learner.act(state, memory, observation, first, None)

    first = jax.ShapeDtypeStruct((), jnp.float32)
    program = jax.make_jaxpr(act)(state, memory, _observation(layout), first).jaxpr
    read = {id(value) for equation in program.eqns for value in equation.invars}
    read |= {id(value) for value in program.outvars}
    names = named_leaves(state)
    return tuple(name for name, value in zip(names, program.invars, strict=False) if id(value) in read)


def acting_state(learner: Learner | SupervisedLearner, layout: Layout, leaves: Named) -> Any:
    """Return a state that can act, with an empty number wherever acting reads nothing.

    Args:
        leaves: those named by `acting_names`; others are left out.

    Returns:
        A pytree of the learner's state.
    """
    state = state_shapes(learner, layout)
    nothing = jnp.zeros(())
    return jax.tree.unflatten(
        jax.tree.structure(state), [leaves.get(name, nothing) for name in named_leaves(state)]
    )


def _observation(layout: Layout) -> Observation:
    """Return the shapes of what is seen in a problem of that layout."""
    agents, controls = len(layout.agents), len(layout.controls)

    def observation() -> Observation:
        return Observation(
            jnp.zeros((agents, len(layout.features)), jnp.float32),
            jnp.zeros(layout.centre, jnp.float32),
            jnp.zeros((agents, len(layout.choices)), jnp.bool_),
            jnp.zeros((agents, controls), jnp.float32),
            jnp.zeros((agents, controls), jnp.float32),
        )

    shapes: Observation = jax.eval_shape(observation)
    return shapes
