"""Trains supervised learners, one seed after another; the folder keeps every seed that is done.

The folder holds `policy.safetensors` and `metrics.jsonl`, as that of any training. Nothing is kept of an
unfinished seed: a training that was stopped or killed resumes with the first seed that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from wattswarm.learn.supervised import Fitted, SupervisedLearner, TrainingSet
from wattswarm.learn.training.acting import Named, named_leaves, state_shapes
from wattswarm.learn.training.checkpoint import load, read_header, save, write_whole
from wattswarm.learn.training.files import METRICS, POLICY, fingerprint, learner_record, refuse_another
from wattswarm.learn.training.fit import layout_record
from wattswarm.learn.training.record import Record, Trained, record_of
from wattswarm.learn.training.runner import Progress, Stop, refuse_bad_seeds
from wattswarm.learn.training.timer import TrainingTimer
from wattswarm.learn.training.validation import earned


def train_supervised(
    training_set: TrainingSet,
    learner: SupervisedLearner,
    *,
    seeds: Sequence[int],
    out: Path | None = None,
    about: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Trained:
    """Train a supervised learner on the seeds that the folder does not hold yet.

    Args:
        seeds: one policy each; more than last time go on with those that are missing.
        out: folder of the files, None for none.
        about: further JSON values on the problem, for the files.
        progress, stop: called after every seed, the first with the record; True from `stop` stops there.

    Returns:
        Policies and scores, and one record of all seeds.

    Raises:
        InputError: no seeds or one twice, a learner that does not suit the task, or a folder that holds
            another training or a damaged file.
    """
    refuse_bad_seeds(seeds)
    layout = training_set.problem.layout
    configuration = {
        "learner": learner_record(learner),
        "layout": layout_record(layout),
        "problem": fingerprint(training_set.problem),
        "validation": fingerprint(training_set.validation),
        "seeds": list(seeds),
        "precision": jnp.zeros(()).dtype.name,
    }
    shapes = state_shapes(learner, layout)
    states, record = _kept(out, configuration, named_leaves(shapes))
    timer = TrainingTimer([record] if record else [])
    while record is None or record.block < len(seeds):
        learnt = learner.fit(training_set, seeds[record.block if record else 0])
        policy = learner.policy(training_set.validation, learnt.state, learner.name)
        score = float(np.asarray(earned(training_set.validation, policy), np.float64).mean())
        record = _and(record, learnt, score, len(seeds), timer)
        states = _stacked(states, named_leaves(learnt.state))
        if out is not None:
            header = {"about": about or {}, "best": record.validation, "record": asdict(record)}
            done = {**configuration, "seeds": list(seeds[: record.block])}
            save(out / POLICY, states, {"configuration": done, **header})
            write_whole(out / METRICS, f"{record.line()}\n".encode())
        if progress:
            progress(record)
        if stop is not None and stop():
            break
    policies = jax.tree.unflatten(jax.tree.structure(shapes), [states[name] for name in named_leaves(shapes)])
    return Trained(
        learner=learner,
        layout=layout,
        seeds=tuple(seeds[: record.block]),
        policies=policies,
        states=policies,
        best=record.validation,
        records=(record,),
        finished=record.block == len(seeds),
    )


def _kept(out: Path | None, configuration: Mapping[str, Any], shapes: Named) -> tuple[Named, Record | None]:
    """Return states of leading axis [seed] and the record of the seeds that the folder holds."""
    if out is None or not (out / POLICY).exists():
        return {}, None
    header = read_header(out / POLICY)
    seeds = header["configuration"]["seeds"]
    # Seeds are trained one by one: those asked for may begin with those that are there.
    here = {**configuration, "seeds": configuration["seeds"][: len(seeds)]}
    refuse_another(out, header["configuration"], here)
    expected = {
        name: jax.ShapeDtypeStruct((len(seeds), *leaf.shape), leaf.dtype) for name, leaf in shapes.items()
    }
    return load(out / POLICY, expected), record_of(header["record"])


def _and(before: Record | None, learnt: Fitted, score: float, seeds: int, timer: TrainingTimer) -> Record:
    """Return the record of all seeds so far with one more."""
    old = before.metrics if before else {}
    return Record(
        block=1 + (before.block if before else 0),
        blocks=seeds,
        env_steps=learnt.steps,
        cpu_s=timer.cpu_s(),
        wall_s=timer.wall_s(),
        score=(),
        validation=(*(before.validation if before else ()), score),
        metrics={name: (*old.get(name, ()), value) for name, value in learnt.metrics.items()},
    )


def _stacked(states: Named, one: Named) -> Named:
    if not states:
        return {name: leaf[None] for name, leaf in one.items()}
    return {name: jnp.concatenate([states[name], leaf[None]]) for name, leaf in one.items()}
