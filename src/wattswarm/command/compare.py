"""`wattswarm compare`: policies over several horizons, with interquartile means and bootstrap intervals."""

from __future__ import annotations

import json as json_text
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from scipy.stats import bootstrap, trim_mean

from wattswarm.command.inputs import first_day, read_scenario
from wattswarm.command.options import Inputs
from wattswarm.command.panel import BASELINE, check_names, default_names, run_panel
from wattswarm.command.paths import check_out
from wattswarm.command.runtime import prepare, versions
from wattswarm.command.show import money, policy_table, say
from wattswarm.errors import InputError
from wattswarm.report import compare_runs, publish


def compare_policies(
    inputs: Inputs, horizons: int, names: Sequence[str] | None, out: Path, json: bool, console: Console
) -> None:
    """Compare policies over several horizons.

    With files, horizons follow each other in time; what is generated takes another seed each time.

    Args:
        inputs: what the user asked for; `start` and `seed` are those of the first horizon.
        horizons: how many.
        names: policies, None for the panel that suits the scenario.
        out: folder for compare.json.
        json: whether to print the result as JSON on standard output.
        console: where people read.

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
    check_out(out)
    prepare()
    start = first_day(inputs)
    scores: dict[str, list[float]] = {}
    gains: dict[str, list[float]] = {}
    quiet = Console(quiet=True)
    hidden = not console.is_terminal
    for number in track(
        range(horizons), description="horizons", console=console, transient=True, disable=hidden
    ):
        begins = start + timedelta(days=number * inputs.days) if inputs.files() else start
        scenario = read_scenario(replace(inputs, start=begins, seed=inputs.seed + number))
        runs, bound = run_panel(scenario, names or default_names(scenario), quiet)
        for row in compare_runs(runs, bound).rows:
            scores.setdefault(row.policy, []).append(np.nan if row.score is None else row.score)
            gains.setdefault(row.policy, []).append(row.gain)
    currency = scenario.site.currency
    rows = [
        {
            "policy": policy,
            "score": _middle(np.array(scores[policy])),
            "gain": _middle(np.array(gains[policy])),
        }
        for policy in sorted(scores, key=lambda name: -float(np.nanmean(gains[name])))
    ]
    result = {
        "horizons": horizons,
        "days": inputs.days,
        "currency": currency,
        "baseline": BASELINE,
        "versions": versions(),
        "policies": rows,
    }
    paths = publish(out, {"compare.json": (json_text.dumps(result, indent=2) + "\n").encode()})
    if json:
        print(json_text.dumps(result, indent=2))
    _show(rows, currency, console)
    say(console, f"written: {paths[0]}")


def _middle(values: NDArray[np.float64]) -> dict[str, Any]:
    """Return interquartile mean and its 95 % bootstrap interval."""
    known = values[np.isfinite(values)]
    plain = [float(value) if np.isfinite(value) else None for value in values]
    if not len(known):
        return {"iqm": None, "low": None, "high": None, "values": plain}
    middle = float(trim_mean(known, 0.25))
    low = high = middle
    if len(known) > 1 and np.ptp(known) > 0:
        interval = bootstrap(
            (known,),
            lambda sample, axis: trim_mean(sample, 0.25, axis=axis),
            method="percentile",
            n_resamples=2000,
            rng=np.random.default_rng(0),
        ).confidence_interval
        low, high = float(interval.low), float(interval.high)
    return {"iqm": middle, "low": low, "high": high, "values": plain}


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
