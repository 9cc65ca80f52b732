"""Trains any learner on any problem: compiled blocks of play and updates, and files to go on from.

Seeds run side by side in one program. Every random number follows from its seed and the number of the round,
so a training that was stopped, or killed, goes on bit by bit as if nothing had happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from wattswarm.errors import InputError
from wattswarm.learn.contract import Learner
from wattswarm.learn.problem import Problem
from wattswarm.learn.training.acting import acting_names, acting_state, named_leaves
from wattswarm.learn.training.collect import RolloutState, start_rollout
from wattswarm.learn.training.files import TrainingRun, fingerprint, learner_record, resume
from wattswarm.learn.training.fit import layout_record
from wattswarm.learn.training.record import Record, Trained
from wattswarm.learn.training.round import train_step
from wattswarm.learn.training.side_by_side import side_by_side
from wattswarm.learn.training.timer import TrainingTimer
from wattswarm.learn.training.validation import validate

Progress = Callable[[Record], None]
Stop = Callable[[], bool]


class TrainingState(NamedTuple):
    """Everything that a block changes, leading axis [seed]."""

    learner: Any
    rollout: RolloutState


class BlockPlan(NamedTuple):
    """How a training is divided into blocks."""

    blocks: int
    rounds: int
    """Updates in a block."""
    round_steps: int
    """Steps of all environments between two updates."""


def plan_blocks(learner: Learner, steps: int, blocks: int) -> BlockPlan:
    """Return blocks of equal length that together hold at least so many steps.

    Args:
        learner: says how many steps lie between two updates.
        steps: of all environments together.
        blocks: at most.

    Raises:
        InputError: no steps or no blocks.
    """
    for name, value in (("steps", steps), ("blocks", blocks)):
        if value < 1:
            raise InputError("there is nothing to train", where=name, found=value, expected="1 or more")
    round_steps = learner.environments * learner.sequence
    updates = -(-steps // round_steps)
    rounds = -(-updates // blocks)
    return BlockPlan(-(-updates // rounds), rounds, round_steps)


def train(
    problem: Problem,
    learner: Learner,
    *,
    steps: int,
    seeds: Sequence[int],
    validation: Problem | None = None,
    out: Path | None = None,
    blocks: int = 50,
    patience: int | None = None,
    about: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Trained:
    """Train a learner, one run a seed, going on where the files of the same training left off.

    Args:
        learner: how; its `updates` are set to what the steps come to.
        steps: of all environments of one seed together, rounded up to whole blocks.
        seeds: one run each, side by side.
        validation: problem whose greedy episodes choose the best state of each seed; None keeps the last.
        out: folder of the files, None for none.
        blocks: parts after each of which everything is saved (less often where saving takes long), at most.
        patience: blocks without a better mean validation score after which to stop, None for never.
        about: further JSON values on the problem, for the files.
        progress: metrics of every block.
        stop: called after every block; True stops there.

    Returns:
        Policies, scores and records.

    Raises:
        InputError: nothing to train, a seed twice, patience without validation, or a folder that holds
            another training or a damaged file.
    """
    _refuse_unfit(seeds, validation, patience)
    plan = plan_blocks(learner, steps, blocks)
    learner = replace(learner, updates=plan.blocks * plan.rounds)
    layout = problem.layout
    configuration = {
        "learner": learner_record(learner),
        "layout": layout_record(layout),
        "problem": fingerprint(problem),
        "validation": None if validation is None else fingerprint(validation),
        "blocks": plan.blocks,
        "updates of a block": plan.rounds,
        "seeds": list(seeds),
        "precision": jnp.zeros(()).dtype.name,
    }
    keys = jax.vmap(jax.random.key)(jnp.asarray(seeds, jnp.uint32))
    shapes = eqx.filter_eval_shape(_begin, (problem, learner), keys)
    acting = acting_names(learner, layout)
    expected = {name: leaf for name, leaf in named_leaves(shapes.learner).items() if name in acting}
    run = resume(TrainingRun(out, configuration, about or {}), shapes, expected)
    if run.state is None:
        run = replace(run, state=_begin((problem, learner), keys))
    timer = TrainingTimer(run.records)
    while not _done(run.records, plan, patience):
        number = len(run.records)
        state, means = _block((problem, learner, plan.rounds, keys, jnp.asarray(number)), run.state)
        scores = () if validation is None else _floats(_validate((validation, learner), state.learner))
        record = Record(
            block=number + 1,
            blocks=plan.blocks,
            env_steps=(number + 1) * plan.rounds * plan.round_steps,
            cpu_s=timer.cpu_s(),
            wall_s=timer.wall_s(),
            score=_floats(means.pop("score")),
            validation=scores,
            metrics={name: _floats(values) for name, values in means.items()},
        )
        run = _with_better(run, state, record, acting)
        if progress:
            progress(record)
        halt = _done(run.records, plan, patience) or (stop is not None and stop())
        if halt or timer.may_save():
            run.save()
            timer.saved()
        if halt:
            break
    return Trained(
        learner=learner,
        layout=layout,
        seeds=tuple(seeds),
        policies=acting_state(learner, layout, run.policy),
        states=run.state.learner,
        best=run.best,
        records=run.records,
        finished=_done(run.records, plan, patience),
    )


def training_bytes(problem: Problem, learner: Learner, seeds: int) -> int:
    """Return the memory that learners, replays and episodes under way take in a training [bytes]."""
    keys = jax.eval_shape(lambda: jax.random.split(jax.random.key(0), seeds))
    shapes = jax.tree.leaves(eqx.filter_eval_shape(_begin, (problem, learner), keys))
    return sum(leaf.size * leaf.dtype.itemsize for leaf in shapes)


@eqx.filter_jit
def _begin(fixed: tuple[Problem, Learner], keys: Array) -> TrainingState:
    problem, learner = fixed

    def begin(key: Array) -> TrainingState:
        state = learner.init(jax.random.fold_in(key, 0), problem.layout)
        played = start_rollout(problem, learner, jax.random.fold_in(key, 1), learner.environments)
        started: TrainingState = jax.tree.map(_strongly_typed, TrainingState(state, played))
        return started

    answer: TrainingState = side_by_side(begin, keys.shape[0])(keys)
    return answer


def _strongly_typed(leaf: Array) -> Array:
    """Return a leaf typed as later blocks will return it, so that they need no second program."""
    is_key = jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)
    return leaf if is_key else jax.lax.convert_element_type(leaf, leaf.dtype)


@eqx.filter_jit(donate="all-except-first")
def _block(
    fixed: tuple[Problem, Learner, int, Array, Array], state: TrainingState
) -> tuple[TrainingState, dict[str, Float[Array, " seed"]]]:
    problem, learner, rounds, keys, number = fixed

    def play(key: Array, state: TrainingState) -> tuple[TrainingState, dict[str, Array]]:
        def one(state: TrainingState, at: Array) -> tuple[TrainingState, dict[str, Array]]:
            drawn = jax.random.fold_in(jax.random.fold_in(key, 2), at)
            learned, played, metrics, scores = train_step(
                problem, learner, state.learner, state.rollout, drawn
            )
            return TrainingState(learned, played), {**metrics, "score": scores.mean() * problem.horizon}

        state, metrics = jax.lax.scan(one, state, number * rounds + jnp.arange(rounds))
        return state, {name: values.mean() for name, values in metrics.items()}

    answer: tuple[TrainingState, dict[str, Array]] = side_by_side(play, keys.shape[0])(keys, state)
    return answer


@eqx.filter_jit
def _validate(fixed: tuple[Problem, Learner], states: Any) -> Float[Array, " seed"]:
    problem, learner = fixed
    seeds = jax.tree.leaves(states)[0].shape[0]
    scores: Array = side_by_side(lambda state: validate(problem, learner, state).mean(), seeds)(states)
    return scores


def _with_better(
    run: TrainingRun, state: TrainingState, record: Record, acting: Sequence[str]
) -> TrainingRun:
    """Return the run after a block, with the policies of those seeds that did better than ever."""
    leaves = named_leaves(state.learner)
    old = run.policy or leaves
    scores = np.asarray(record.validation or (0.0,) * len(record.score))
    best = np.asarray(run.best or (-np.inf,) * len(scores))
    better = scores > best if record.validation else np.ones(len(scores), bool)

    def choose(new: Array, old: Array) -> Array:
        return jnp.where(jnp.asarray(better).reshape(-1, *[1] * (new.ndim - 1)), new, old)

    return replace(
        run,
        state=state,
        policy={name: choose(leaves[name], old[name]) for name in acting},
        best=tuple(np.where(better, scores, best).tolist()) if record.validation else (),
        records=(*run.records, record),
    )


def _done(records: Sequence[Record], plan: BlockPlan, patience: int | None) -> bool:
    if len(records) >= plan.blocks:
        return True
    if patience is None or not records:
        return False
    means = [float(np.mean(record.validation)) for record in records]
    return len(means) - 1 - int(np.argmax(means)) >= patience


def _floats(values: Array) -> tuple[float, ...]:
    return tuple(np.asarray(values, np.float64).tolist())


def refuse_bad_seeds(seeds: Sequence[int]) -> None:
    """Refuse seeds that do not tell trainings apart.

    Raises:
        InputError: no seeds, one twice, or one that is too large or below 0.
    """
    if not seeds or len(set(seeds)) < len(seeds) or not all(0 <= seed < 2**32 for seed in seeds):
        raise InputError(
            "not valid seeds",
            where="seeds",
            found=list(seeds),
            expected="one or more different whole numbers from 0 to 4294967295",
        )


def _refuse_unfit(seeds: Sequence[int], validation: Problem | None, patience: int | None) -> None:
    refuse_bad_seeds(seeds)
    if patience is not None and validation is None:
        raise InputError(
            "patience needs validation",
            where="patience",
            found=patience,
            expected="a validation problem whose score can stop getting better",
        )
