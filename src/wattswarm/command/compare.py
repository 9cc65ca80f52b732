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
from rich.table import Table
from scipy.stats import bootstrap, trim_mean

from wattswarm.command.inputs import Inputs, first_day, read_scenario
from wattswarm.command.panel import BASELINE, default_names, run_panel
from wattswarm.command.runtime import prepare, versions
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
            "an interval needs several horizons", where="--seeds", found=horizons, expected="2 or more"
        )
    prepare()
    start = first_day(inputs)
    scores: dict[str, list[float]] = {}
    gains: dict[str, list[float]] = {}
    quiet = Console(quiet=True)
    for number in track(range(horizons), description="horizons", console=console, transient=True):
        begins = start + timedelta(days=number * inputs.days) if inputs.prices or inputs.sessions else start
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
    publish(out, {"compare.json": (json_text.dumps(result, indent=2) + "\n").encode()})
    if json:
        print(json_text.dumps(result, indent=2))
    _show(rows, currency, console)


def _middle(values: NDArray[np.float64]) -> dict[str, Any]:
    """Return interquartile mean and its 95 % bootstrap interval."""
    known = values[np.isfinite(values)]
    if not len(known):
        return {"iqm": None, "low": None, "high": None, "values": values.tolist()}
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
    return {"iqm": middle, "low": low, "high": high, "values": known.tolist()}


def _show(rows: list[dict[str, Any]], currency: str, console: Console) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("policy")
    for title in ("F", "95 %", f"gain {currency}", "95 %"):
        table.add_column(title, justify="right")
    for row in rows:
        score, gain = row["score"], row["gain"]
        f = (
            ["", ""]
            if score["iqm"] is None
            else [f"{score['iqm']:.3f}", f"{score['low']:.3f} .. {score['high']:.3f}"]
        )
        table.add_row(row["policy"], *f, f"{gain['iqm']:.2f}", f"{gain['low']:.2f} .. {gain['high']:.2f}")
    console.print(table)
