"""One actor trained at a small station, carried over to a larger one as it is: why actors are shared."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.learn import Layout, Learner, TaskProblem
from wattswarm.tasks import Observation
from wattswarm.world import Requests, View, World


class SharedActor(eqx.Module):
    """Lets the ports of a large station act in groups, each as the whole of the station of training did.

    An actor tells agents apart by their number, so a group has as many ports as there were in training. Only
    what each port sees reaches it: a policy that looks at the centre when it acts cannot be carried over.
    """

    problem: TaskProblem
    """Task of the large station with the scales of training."""
    learner: Learner
    state: Any
    layout: Layout = eqx.field(static=True)
    name: str = eqx.field(static=True)
    compiled: bool = eqx.field(default=True, static=True)

    @property
    def groups(self) -> int:
        """Number of groups, the last one perhaps not full."""
        return -(-len(self.problem.task.agents) // len(self.layout.agents))

    def begin(self, _world: World) -> tuple[Any, Float[Array, ""]]:
        """Return empty memories and the mark of an episode's first step."""
        empty = self.learner.begin(self.layout)
        return jax.tree.map(lambda x: jnp.stack([x] * self.groups), empty), jnp.ones((), jnp.float32)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Return the memories for the next step and what the learned actions ask of the world."""
        problem = eqx.tree_at(lambda each: each.task.setting.world, self.problem, world)
        remembered, first = memory
        features = problem.task.observe(view).astype(jnp.float32)
        low, high = (bound.astype(jnp.float32) for bound in problem.task.feasible(view))

        def decide(memory: Any, features: Array, low: Array, high: Array) -> tuple[Any, Array]:
            grid = self.layout.grid[None]
            mask = ((grid >= low[:, None] - 1e-6) & (grid <= high[:, None] + 1e-6)).all(axis=-1)
            seen = Observation(features, jnp.zeros(self.layout.centre, jnp.float32), mask, low, high)
            after, act = self.learner.act(self.state, memory, seen, first, None)
            return jax.tree.map(lambda new, old: new.astype(old.dtype), after, memory), act.controls

        grouped = (self._in_groups(each) for each in (features, low, high))
        after, controls = jax.vmap(decide)(remembered, *grouped)
        controls = controls.reshape(-1, controls.shape[-1])[: features.shape[0]]
        asked = problem.task.requests(view, controls.astype(view.energy_kwh.dtype))
        return (after, jnp.zeros_like(first)), asked

    def _in_groups(self, values: Float[Array, "agent number"]) -> Float[Array, "group agent number"]:
        size = len(self.layout.agents)
        missing = self.groups * size - values.shape[0]
        return jnp.pad(values, ((0, missing), (0, 0))).reshape(self.groups, size, -1)
