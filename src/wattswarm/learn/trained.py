"""A trained learner as a policy of the house: it runs wherever rules and planners run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.control import CompiledPolicy, Policy
from wattswarm.errors import InputError
from wattswarm.learn.contract import Actor, Learner
from wattswarm.learn.problem import TaskProblem
from wattswarm.learn.registry import any_learner
from wattswarm.learn.supervised import SupervisedLearner
from wattswarm.learn.training.acting import acting_names, acting_state, named_leaves, state_shapes
from wattswarm.learn.training.checkpoint import load, read_header
from wattswarm.learn.training.files import POLICY, learner_record
from wattswarm.learn.training.fit import phrase, record_differences, refuse_other_layout
from wattswarm.learn.training.record import best_place
from wattswarm.outlook import beliefs_of
from wattswarm.tasks import make_task, scales, scenario_for_task, with_scales
from wattswarm.world import Requests, Scenario, View, World


class TrainedPolicy(CompiledPolicy):
    """Acts greedily as it was trained to, with the scales of its training in whatever world it runs."""

    problem: TaskProblem
    """Task with the scales of training, and its grid of choices."""
    learner: Actor
    state: Any
    name: str = eqx.field(static=True)

    def begin(self, _world: World) -> tuple[Any, Float[Array, ""]]:
        """Return empty memory and the mark of an episode's first step."""
        return self.learner.begin(self.problem.layout), jnp.ones((), jnp.float32)

    def act(self, world: World, memory: Any, view: View) -> tuple[Any, Requests]:
        """Return the memory for the next step and what the learned actions ask of the world."""
        problem = eqx.tree_at(lambda each: each.task.setting.world, self.problem, world)
        observation = jax.tree.map(_single, problem.see(view))
        remembered, first = memory
        after, act = self.learner.act(self.state, remembered, observation, first, None)
        # A world in double precision must not change what is remembered into another type.
        after = jax.tree.map(lambda new, old: new.astype(old.dtype), after, remembered)
        controls = act.controls.astype(view.energy_kwh.dtype)
        return (after, jnp.zeros_like(first)), problem.task.requests(view, controls)


def about_task(name: str, problem: TaskProblem) -> dict[str, Any]:
    """Return what a file must tell so that the policy sees elsewhere what it saw in training.

    Args:
        problem: of the bare task, on the days of training.

    Returns:
        JSON values for `train(about=...)`.
    """
    return {"task": name, "points": problem.points and list(problem.points), "scales": scales(problem.task)}


def load_policy(
    folder: Path | str, scenario: Scenario, *, seed: int | None = None, name: str | None = None
) -> Policy:
    """Return a trained policy that runs on a scenario.

    Args:
        scenario: where it shall run, with the prices ahead laid out by `tasks.registry.scenario_for_task`.
        seed: which of the seeds, None for the one best in validation.
        name: in tables, None for the folder's.

    Raises:
        InputError: no or damaged files, no such seed, or a scenario that poses another problem.
    """
    path = Path(folder) / POLICY
    header = read_header(path)
    about, configuration = header["about"], header["configuration"]
    task_name = _task_of(path, header)
    _refuse_other_view_ahead(str(folder), scenario_for_task(task_name, scenario), scenario)
    task = with_scales(make_task(task_name, [scenario]), about["scales"])
    # The task was made of the scenario; its policy must not carry the days that it will meet.
    task = eqx.tree_at(
        lambda task: task.setting.episodes.rows, task, replace_fn=lambda rows: jnp.full_like(rows, jnp.nan)
    )
    problem = TaskProblem(task, about["points"] and tuple(about["points"]))
    refuse_other_layout(str(folder), configuration["layout"], problem.layout)
    learner = _learner(path, configuration["learner"])
    at = _place(path, configuration["seeds"], header["best"], seed)
    shapes = named_leaves(state_shapes(learner, problem.layout))
    seeds = len(configuration["seeds"])
    expected = {
        leaf: jax.ShapeDtypeStruct((seeds, *shapes[leaf].shape), shapes[leaf].dtype)
        for leaf in acting_names(learner, problem.layout)
    }
    leaves = {leaf: values[at] for leaf, values in load(path, expected).items()}
    state = acting_state(learner, problem.layout, leaves)
    name = name or Path(folder).name
    if isinstance(learner, SupervisedLearner):
        return learner.policy(problem, state, name)
    return TrainedPolicy(problem, learner, state, name)


def trained_on(folder: Path | str) -> str:
    """Return the name of the task that the policy in a folder was trained on.

    Raises:
        InputError: there is no policy in it, a damaged one, or one of a problem that is not a task of a site.
    """
    path = Path(folder) / POLICY
    return _task_of(path, read_header(path))


def _task_of(path: Path, header: Mapping[str, Any]) -> str:
    task = header["about"].get("task")
    if not isinstance(task, str):
        raise InputError(
            "the policy was not trained on a task of a site",
            where=str(path),
            found=header["configuration"]["layout"]["problem"],
            expected="a folder of wattswarm train",
        )
    return task


def _refuse_other_view_ahead(where: str, wanted: Scenario, given: Scenario) -> None:
    seen, shown = beliefs_of(wanted).view_ahead, beliefs_of(given).view_ahead
    if seen != shown:
        raise InputError(
            "the policy was trained with another view of the hours ahead",
            where=where,
            found=shown,
            expected=seen,
            mend="prepare the scenario with `wattswarm.tasks.scenario_for_task`",
        )


def _learner(path: Path, record: Mapping[str, Any]) -> Learner | SupervisedLearner:
    settings: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in record["settings"].items()
    }
    made = any_learner(record["name"], **settings)
    differences = record_differences(record, learner_record(made))
    if differences:
        raise InputError(
            "the learner of that name differs in this version",
            where=str(path),
            found=phrase(differences),
            expected="the learner as it was in training",
            mend="train again, or use the version that wrote the file",
        )
    return made


def _place(path: Path, seeds: list[int], best: list[float], seed: int | None) -> int:
    if seed is None:
        return best_place(best)
    if seed not in seeds:
        raise InputError(
            "no policy was trained with this seed",
            where=str(path),
            found=seed,
            expected="one of " + ", ".join(map(str, seeds)),
        )
    return seeds.index(seed)


def _single(values: Array) -> Array:
    return values.astype(jnp.float32) if eqx.is_inexact_array(values) else values
