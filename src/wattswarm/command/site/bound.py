"""`wattswarm bound`: the optimum in hindsight, and the proof by replay."""

from __future__ import annotations

import json as json_text
from pathlib import Path

import numpy as np
import polars as pl
from rich.console import Console

from wattswarm.command.site.inputs import read_scenario
from wattswarm.command.site.options import Inputs
from wattswarm.command.site.show import show_scenario
from wattswarm.files import write_files
from wattswarm.plan import Bound, perfect_foresight
from wattswarm.runtime import prepare
from wattswarm.terminal import busy, check_out, say
from wattswarm.world import Scenario


def bound_site(inputs: Inputs, out: Path | None, json: bool, console: Console) -> None:
    """Solve and replay the optimum of a scenario.

    Args:
        out: folder for bound.json and schedule.csv, None for none.
        json: whether to print the result as JSON on standard output.
    """
    if out is not None:
        check_out(out)
    prepare()
    with busy(console, "reading"):
        scenario = read_scenario(inputs)
    show_scenario(scenario, console)
    with busy(console, "solving"):
        bound = perfect_foresight(scenario)
    result = {
        "profit": bound.profit,
        "replayed_profit": bound.run.profit,
        "currency": scenario.site.currency,
        "exact": bound.exact,
        "relative_gap": bound.gap,
        "binaries": bound.binaries,
        "solver_cpu_seconds": bound.seconds,
        "note": bound.note,
    }
    if out is not None:
        write_files(
            out,
            {
                "bound.json": (json_text.dumps(result, indent=2) + "\n").encode(),
                "schedule.csv": _schedule(scenario, bound),
            },
        )
    if json:
        print(json_text.dumps(result, indent=2))
    currency = scenario.site.currency
    console.print(f"optimum   {bound.profit:14.4f} {currency}", highlight=False)
    console.print(f"replayed  {bound.run.profit:14.4f} {currency}", highlight=False)
    kept = f", {bound.binaries} pairs kept apart by binaries" if bound.binaries else ""
    console.print(f"solver    {bound.seconds:14.3f} CPU-s{kept}", highlight=False)
    say(console, "exact" if bound.exact else f"an upper bound: {bound.note or 'the replay falls short'}")


def _schedule(scenario: Scenario, bound: Bound) -> bytes:
    """Return the optimal power of every battery as CSV, one row a step."""
    names = (*scenario.arrays.port_names, *scenario.arrays.storage_names)
    dispatch = bound.run.flows.dispatch
    power = np.asarray(dispatch.charge_kw) - np.asarray(dispatch.discharge_kw)
    frame = pl.DataFrame(
        {
            "time_utc": np.datetime_as_string(scenario.times, unit="s"),
            "import_kw": np.asarray(bound.run.flows.import_kw),
            "export_kw": np.asarray(bound.run.flows.export_kw),
            **{f"{name} kW": power[:, at] for at, name in enumerate(names)},
        }
    )
    return frame.write_csv(float_precision=4).encode()
