"""`wattswarm compare`: policies over several horizons, with interquartile means and bootstrap intervals."""

from __future__ import annotations

import json as json_text
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from wattswarm.command.site.expected import check_forecast
from wattswarm.command.site.horizons import FixedDays, horizons_of_site, horizons_of_task
from wattswarm.command.site.options import Inputs
from wattswarm.command.site.panel import run_panel
from wattswarm.control import BASELINE, as_seen, check_names, default_names
from wattswarm.errors import InputError
from wattswarm.evaluate import summarise
from wattswarm.files import write_files
from wattswarm.report import compare_runs
from wattswarm.runtime import prepare, versions
from wattswarm.terminal import busy, check_out, money, policy_table, say


def compare_policies(
    inputs: Inputs,
    horizons: int,
    names: Sequence[str] | None,
    out: Path,
    json: bool,
    console: Console,
    place: FixedDays | None = None,
) -> None:
    """Compare policies over several horizons.

    Args:
        inputs: what the user asked for; `start` and `seed` are those of the first horizon.
        names: policies or folders of trained ones, None for the panel that suits the scenario.
        out: folder for compare.json.
        json: whether to print the result as JSON on standard output.
        place: the test days of a task instead of a site.

    Raises:
        InputError: fewer than two horizons, or a file does not reach so far.
    """
    if horizons < 2:
        raise InputError(
            "an interval needs several horizons",
            where="--seeds",
            found=horizons,
            expected="2 or more",
            mend="write for instance --seeds 5, or use wattswarm run for one horizon",
        )
    check_names(names or ())
    check_forecast(inputs, names or ())
    check_out(out)
    prepare()
    if place is None:
        count, laid = horizons, horizons_of_site(inputs, horizons)
    else:
        with busy(console, "laying out the days"):
            fixed = horizons_of_task(place)
        count, laid = len(fixed), iter(fixed)
    scores: dict[str, list[float]] = {}
    gains: dict[str, list[float]] = {}
    days: list[float] = []
    quiet = Console(quiet=True)
    hidden = not console.is_terminal
    for each in track(
        laid, description="horizons", total=count, console=console, transient=True, disable=hidden
    ):
        scenario = as_seen(each, names or ())
        days.append(scenario.steps * scenario.arrays.dt_h / 24.0)
        runs, bound = run_panel(scenario, names or default_names(scenario), quiet)
        for row in compare_runs(runs, bound).rows:
            scores.setdefault(row.policy, []).append(np.nan if row.score is None else row.score)
            gains.setdefault(row.policy, []).append(row.gain)
    currency = scenario.site.currency
    rows = [
        {
            "policy": policy,
            "score": summarise(np.array(scores[policy])),
            "gain": summarise(np.array(gains[policy])),
        }
        for policy in sorted(scores, key=lambda name: -float(np.nanmean(gains[name])))
    ]
    result = {
        "horizons": count,
        "days": float(np.mean(days)),
        "currency": currency,
        "baseline": BASELINE,
        "versions": versions(),
        "policies": rows,
    }
    paths = write_files(out, {"compare.json": (json_text.dumps(result, indent=2) + "\n").encode()})
    if json:
        print(json_text.dumps(result, indent=2))
    _show(rows, currency, console)
    say(console, f"written: {paths[0]}")


def _show(rows: list[dict[str, Any]], currency: str, console: Console) -> None:
    table = policy_table(["F\n", "95 %\n", f"gain\n{currency}", f"95 %\n{currency}"])
    for row in rows:
        score, gain = row["score"], row["gain"]
        f = (
            ["", ""]
            if score["iqm"] is None
            else [f"{score['iqm']:.3f}", f"{score['low']:.3f} .. {score['high']:.3f}"]
        )
        table.add_row(row["policy"], *f, money(gain["iqm"]), f"{money(gain['low'])} .. {money(gain['high'])}")
    console.print(table)
