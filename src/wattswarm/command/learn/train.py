"""`wattswarm train`: a learner on a task, several seeds, judged on days it never saw."""

from __future__ import annotations

import json as json_text
import os
import shlex
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from wattswarm.command.learn.options import Order
from wattswarm.control import BASELINE
from wattswarm.errors import InputError
from wattswarm.evaluate import Judged, TaskSplits, judge, splits_of_task, summarise
from wattswarm.files import write_files
from wattswarm.learn import (
    Learner,
    SupervisedLearner,
    is_supervised,
    learner,
    learner_names,
    needs_grid,
    read_settings,
    settings,
    supervised_learner,
)
from wattswarm.learn.training import Record, Trained, train, train_supervised, training_bytes
from wattswarm.report.figures import draw_learning, png
from wattswarm.runtime import prepare, versions
from wattswarm.tasks import GAMMA, task_entry
from wattswarm.terminal import asked_to_stop, busy, check_out, money, policy_table, say

SCHEMA_VERSION = 1
_STEPS, _SEEDS, _BLOCKS = 300_000, 10, 50
_QUICK_UPDATES, _QUICK_SEEDS, _QUICK_BLOCKS = 20, 2, 4


def train_task(order: Order, json: bool, console: Console, command: Sequence[str]) -> None:
    """Train a learner on a task and judge it, going on where the folder left off.

    Args:
        json: whether to print the summary as JSON on standard output.

    Raises:
        InputError: something has to be mended first; nothing was written then.
        SystemExit: with 130 after Ctrl-C; what was learned is saved.
    """
    who = _learner(order)
    seeds = order.seeds or (_QUICK_SEEDS if order.quick else _SEEDS)
    check_out(order.folder)
    prepare(double=False)
    with busy(console, "laying out the days"):
        days = splits_of_task(order.task, order.region, data=order.data, quick=order.quick)
        begin = _begun(order, days, who, range(seeds))
    say(
        console,
        f"{order.algorithm} on {order.task}: {len(days.judged.layout.agents)} agents, {seeds} seeds, "
        f"{len(days.training)} episodes of {days.training[0].steps} steps to learn from, "
        f"{len(days.validation)} to choose by, {len(days.test)} horizons to be judged by",
        style="bold",
    )
    with asked_to_stop(console) as stop, _bar(console) as bar:
        shown = bar.add_task("compiling", total=None)

        def show(record: Record) -> None:
            bar.update(
                shown,
                description=f"validation {np.mean(record.validation):.2f}",
                total=record.blocks,
                completed=record.block,
            )

        trained = begin(progress=show, stop=stop)
    if not trained.finished:
        last = trained.records[-1]
        say(
            console,
            f"{'seed' if is_supervised(order.algorithm) else 'block'} {last.block} of {last.blocks} is done "
            f"and saved in {order.folder}; "
            "the same command goes on from there",
        )
        raise SystemExit(130)
    prepare()
    with busy(console, "judging on the test days"):
        judged = judge(order.folder, days.test, trained.seeds)
    summary = _summary(order, days, trained, judged, command)
    files = {"summary.json": (json_text.dumps(summary, indent=2) + "\n").encode()}
    if len(trained.records) > 1:
        files["learning.png"] = _figure(order, trained, judged.currency)
    paths = write_files(order.folder, files)
    if json:
        print(json_text.dumps(summary, indent=2))
    _show(trained, judged, console)
    say(console, f"written: {paths[0]}; compare it with wattswarm compare --policy {order.folder}")


def _begun(
    order: Order, days: TaskSplits, who: Learner | SupervisedLearner, seeds: Sequence[int]
) -> Callable[..., Trained]:
    """Return what trains, ready to begin, once it is known to fit into the memory."""
    common: dict[str, Any] = {"seeds": seeds, "out": order.folder, "about": days.about}
    if isinstance(who, SupervisedLearner):
        return partial(train_supervised, days.training_set, who, **common)
    problem = days.problem(float(getattr(who, "gamma", GAMMA)))
    _refuse_too_large(training_bytes(problem, who, len(seeds)), who)
    usual = _QUICK_UPDATES * who.environments * who.sequence if order.quick else _STEPS
    blocks = _QUICK_BLOCKS if order.quick else _BLOCKS
    steps = order.steps or usual
    return partial(train, problem, who, steps=steps, validation=days.judged, blocks=blocks, **common)


def _learner(order: Order) -> Learner | SupervisedLearner:
    """Return the learner asked for, after a look at every option that is wrong by itself."""
    if task_entry(order.task).points is None and needs_grid(order.algorithm):
        raise InputError(
            "the task has too many controls for a learner that chooses among points of a grid",
            where="algorithm",
            found=f"{order.algorithm} on {order.task}",
            expected=", ".join(name for name in learner_names() if not needs_grid(name)),
            mend="choose one of these, or another task",
        )
    changes = read_settings(order.algorithm, order.settings or (), where="--set")
    by_plans = is_supervised(order.algorithm)
    if by_plans and order.steps is not None:
        raise InputError(
            "this learner is trained on plans, not for a number of steps",
            where="--steps",
            found=order.steps,
            expected="its own settings",
            mend="leave --steps out; " + ", ".join(f"--set {name}=..." for name in settings(order.algorithm)),
        )
    for option, value in (("--seeds", order.seeds), ("--steps", order.steps)):
        if value is not None and value < 1:
            raise InputError(
                "there is nothing to train",
                where=option,
                found=value,
                expected="1 or more",
                mend=f"leave {option} out for the usual number",
            )
    if order.data is not None and order.region == "generated":
        raise InputError(
            "the option refers to records, but the region is generated",
            where="--data",
            found=order.data,
            expected="--region east or west",
            mend="add --region or leave --data out",
        )
    if by_plans:
        return supervised_learner(order.algorithm, quick=order.quick, **changes)
    return learner(order.algorithm, **changes)


def _refuse_too_large(needed: int, learner: Learner) -> None:
    """Refuse a training of more than a third of the machine's memory; saving takes as much again."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if needed > machine / 3:
        replay = " or a smaller replay, such as --set capacity=500" if hasattr(learner, "capacity") else ""
        raise InputError(
            "the training does not fit into the memory of this machine",
            where="--seeds",
            found=f"{needed / 1e9:.1f} GB for learners, replays and episodes",
            expected=f"at most a third of {machine / 1e9:.1f} GB",
            mend=f"ask for fewer seeds{replay}",
        )


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    hidden = not console.is_terminal
    return Progress(*columns, TimeRemainingColumn(), console=console, transient=True, disable=hidden)


def _summary(
    order: Order, days: TaskSplits, trained: Trained, judged: Judged, command: Sequence[str]
) -> dict[str, Any]:
    last, at = trained.records[-1], range(len(trained.seeds))
    return {
        "schema_version": SCHEMA_VERSION,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "task": order.task,
        "region": days.region,
        "algorithm": order.algorithm,
        "settings": {word.partition("=")[0]: word.partition("=")[2] for word in order.settings or ()},
        "env_steps": last.env_steps,
        "blocks": len(trained.records),
        "cpu_s": last.cpu_s,
        "wall_s": last.wall_s,
        "information": days.test[0].regime.value,
        "currency": judged.currency,
        "training_episodes": len(days.training),
        "validation_episodes": len(days.validation),
        "test_horizons": len(days.test),
        "test_days": sum(each.steps * each.arrays.dt_h for each in days.test) / 24.0,
        "baseline": BASELINE,
        "baseline_profit": judged.baseline,
        "bound_profit": judged.bound,
        "score": summarise(np.asarray([np.nan if s is None else s for s in judged.scores])),
        "seeds": [
            {
                "seed": trained.seeds[each],
                "validation": trained.best[each],
                "profit": judged.profits[each],
                "score": judged.scores[each],
            }
            for each in at
        ],
        "command": shlex.join(["wattswarm", *command]),
        "versions": versions(),
    }


def _figure(order: Order, trained: Trained, currency: str) -> bytes:
    steps = [record.env_steps for record in trained.records]
    scores = [record.validation for record in trained.records]
    return png(draw_learning(f"{order.algorithm} on {order.task}", currency, steps, scores))


def _show(trained: Trained, judged: Judged, console: Console) -> None:
    table = policy_table([f"validation\n{judged.currency}", f"test profit\n{judged.currency}", "F\n"])
    table.add_row("perfect foresight", "", money(judged.bound), "1.000", style="dim")
    rows = zip(trained.seeds, trained.best, judged.profits, judged.scores, strict=True)
    for seed, best, profit, score in rows:
        table.add_row(f"seed {seed}", money(best), money(profit), "" if score is None else f"{score:.3f}")
    table.add_row(BASELINE, "", money(judged.baseline), "0.000")
    console.print(table)
