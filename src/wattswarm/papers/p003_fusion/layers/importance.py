"""Which inputs a trained policy lives by: what it loses where one is another night's (permutation)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.control import simulate
from wattswarm.learn import Action, Actor, Layout, TrainedPolicy
from wattswarm.learn.training import rollout, rollout_from
from wattswarm.papers.experiment import TrainedPolicies
from wattswarm.tasks import Observation
from wattswarm.world import Scenario


class Misreading(eqx.Module):
    """Acts as another does, one of whose inputs shows something else."""

    actor: Actor
    column: Int[Array, ""]
    shown: Float[Array, "step agent"]
    """What it sees there instead, shape [step, agent]."""

    def begin(self, layout: Layout) -> tuple[Any, Int[Array, ""]]:
        """Return the other's memory, at the first step."""
        return self.actor.begin(layout), jnp.zeros((), jnp.int32)

    def act(
        self,
        state: Any,
        memory: tuple[Any, Int[Array, ""]],
        seen: Observation,
        first: Float[Array, ""],
        key: PRNGKeyArray | None,
        /,
    ) -> tuple[Any, Action]:
        """Act on what is shown."""
        before, at = memory
        wrong = seen._replace(features=seen.features.at[:, self.column].set(self.shown[at]))
        after, act = self.actor.act(state, before, wrong, first, key)
        return (after, at + 1), act


def importance(
    learned: TrainedPolicies, nights: Sequence[Scenario]
) -> dict[str, Float[np.ndarray, " night"]]:
    """Return by input what a night loses with the input of the next night [currency], shape [night]."""
    state, who, names = (
        learned.trained.policy(learned.trained.seeds[0]),
        learned.trained.learner,
        _names(learned),
    )
    found = _features(learned, nights)
    lost = []
    for at, night in enumerate(nights):
        problem, other = learned.problem([night]), found[:, (at + 1) % len(nights)]
        misled = [
            Misreading(who, jnp.asarray(column), jnp.asarray(other[:, :, column]))
            for column in range(len(names))
        ]
        policies = [TrainedPolicy(problem, each, state, "misled") for each in misled]
        straight, *runs = simulate(
            night, [TrainedPolicy(problem, who, state, "straight"), *policies], dtype=np.float32
        )
        lost.append([straight.profit - run.profit for run in runs])
    return dict(zip(names, np.array(lost).T, strict=True))


def _names(learned: TrainedPolicies) -> tuple[str, ...]:
    return learned.trained.layout.features


def _features(
    learned: TrainedPolicies, nights: Sequence[Scenario]
) -> Float[np.ndarray, "step night agent feature"]:
    """Return what the vehicles see on each night as the policy plays it."""
    trained, problem = learned.trained, learned.problem(nights)
    keys = jax.random.split(jax.random.key(0), len(nights))
    walk = rollout_from(problem, trained.learner, *jax.vmap(problem.begin)(jnp.arange(len(nights)), keys))
    state = trained.policy(trained.seeds[0])
    _, lived, _ = rollout(problem, trained.learner, state, walk, None, problem.horizon)
    return np.asarray(lived.steps.observation.features)
