"""Runs benchmark cases, prints them as a table and keeps them as JSON with all that is needed to compare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from wattswarm.bench.cases import CASES, Case
from wattswarm.bench.measure import Spread, finish, machine, measure, spread
from wattswarm.errors import InputError
from wattswarm.files import write_files


@dataclass(frozen=True)
class Result:
    """What one case reached."""

    case: str
    about: str
    unit: str
    per_cpu_s: Spread
    """Units per CPU second of all threads."""
    per_wall_s: Spread
    """Units per second on the clock."""
    compile_cpu_s: float
    """CPU time of compiling [s]."""
    repeats: int
    """Number of timed runs."""
    observed: bool | None
    """Whether observations and rewards are consumed."""
    goal: float | None
    """Least rate per CPU second that counts as reached."""
    quick: bool
    """Whether this is a small case, which shows that it works and not how fast it is."""
    config: dict[str, Any]
    machine: dict[str, str]
    """Versions, device and load."""

    @property
    def reached(self) -> bool | None:
        """Whether the median is at the goal; None without one or where the case was a small one."""
        return None if self.goal is None or self.quick else self.per_cpu_s.median >= self.goal


def run_bench(names: Sequence[str] = (), *, repeats: int = 5, quick: bool = False) -> list[Result]:
    """Time cases on this machine.

    Args:
        names: cases to run; where left out, all that need no library that is missing here.
        repeats: timed runs of each case after one that is not timed.

    Returns:
        One result a case.

    Raises:
        InputError: a name that no case has.
    """
    chosen = names or [name for name, case in CASES.items() if not case.needs or find_spec(case.needs)]
    return [_time(_case(name), max(repeats, 1), quick) for name in chosen]


def print_results(results: Sequence[Result], console: Console | None = None) -> None:
    """Print results as a table: work per CPU second and on the clock, and the CPU time of compiling."""
    if not results:
        return
    about = results[0].machine
    caption = ", ".join(f"{name} {value}" for name, value in about.items())
    if any(each.observed for each in results):
        caption += "\nenv-steps: every observation and reward is consumed"
    if results[0].quick:
        caption += "\nquick: small cases, which show that they work and not how fast they are"
    table = Table(title="Work per CPU second of all threads", caption=caption, box=None, pad_edge=False)
    for heading in ("case", "median", "least", "most", "wall", "compile", "goal", "", "unit"):
        table.add_column(heading, justify="left" if heading in ("case", "unit") else "right", no_wrap=True)
    for each in results:
        rate = each.per_cpu_s
        table.add_row(
            each.case,
            *map(_count, (rate.median, rate.minimum, rate.maximum, each.per_wall_s.median)),
            f"{each.compile_cpu_s:.1f} s" if each.compile_cpu_s else "",
            "" if each.goal is None else _count(each.goal),
            {None: "", True: "reached", False: "missed"}[each.reached],
            each.unit,
        )
    (console or Console()).print(table)


def save_results(results: Sequence[Result], folder: Path) -> Path:
    """Write results to `bench.json` in a folder, which is made if need be, and return the file's path."""
    text = json.dumps([asdict(each) for each in results], indent=2) + "\n"
    return write_files(folder, {"bench.json": text.encode()})[0]


def _count(value: float) -> str:
    for size, letter in ((1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def _case(name: str) -> Case:
    if name not in CASES:
        raise InputError(
            "no such benchmark case",
            where="--case",
            found=name,
            expected=", ".join(CASES),
            mend="name one of these, or leave --case out to run all",
        )
    return CASES[name]


def _time(case: Case, repeats: int, quick: bool) -> Result:
    prepared = case.prepare(quick)
    # The first run pays for what is set up once.
    finish(prepared.run(repeats))
    costs = [measure(partial(prepared.run, at)) for at in range(repeats)]
    return Result(
        case=case.name,
        about=case.about,
        unit=case.unit,
        per_cpu_s=spread([prepared.work / cost.cpu_s for cost in costs]),
        per_wall_s=spread([prepared.work / cost.wall_s for cost in costs]),
        compile_cpu_s=prepared.compile_cpu_s,
        repeats=repeats,
        observed=case.observed,
        goal=case.goal,
        quick=quick,
        config=dict(prepared.config),
        machine=machine(),
    )
