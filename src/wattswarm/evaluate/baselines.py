"""Baselines: the profit of idle storage, rules, planners and the bound on one scenario (models 7.4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from wattswarm import __version__
from wattswarm.control import policy, rule, simulate
from wattswarm.files import digest, write_files
from wattswarm.outlook import beliefs_of, hint_columns
from wattswarm.plan import HoursAhead, perfect_foresight
from wattswarm.world import Scenario, exogenous_columns

NO_FLEXIBILITY, BOUND = "no flexibility", "bound"
_RULES: Mapping[str, str] = {
    NO_FLEXIBILITY: "uncontrolled",
    "threshold 30/70": "storage-threshold",
    "paying storage": "paying-storage",
    "deferral": "demand-deferral",
    "paying storage and deferral": "every-threshold",
}
_PLANNERS = ("mpc-perfect", "mpc-dayahead", "mpc-climatology")


def baseline_profits(scenario: Scenario, *, cache: Path | None = None) -> dict[str, float]:
    """Return what a scenario earns under no flexibility, under each rule and planner, and at best.

    Args:
        scenario: a month to judge by, without ports.
        cache: folder that keeps results by the scenario's content, None to compute anew.

    Returns:
        Profit by name [currency], from `NO_FLEXIBILITY` to `BOUND`; planners look 24 hours ahead, and the
        backward plan is among them where the scenario expects load hour by hour.
    """
    kept = None if cache is None else cache / f"{fingerprint(scenario)}.json"
    if kept is not None and kept.is_file():
        return dict(json.loads(kept.read_text()))
    policies = [rule(name) for name in _RULES.values()]
    planners = [policy(name, scenario) for name in _PLANNERS]
    if beliefs_of(scenario).expects_load:
        planners.append(HoursAhead(usual_price(scenario)))
    runs = simulate(scenario, [*policies, *planners])
    names = [*_RULES, *(planner.name for planner in planners)]
    profits = {name: run.profit for name, run in zip(names, runs, strict=True)}
    profits[BOUND] = perfect_foresight(scenario).profit
    if kept is not None:
        write_files(kept.parent, {kept.name: json.dumps(profits, indent=1).encode()})
    return profits


def fingerprint(scenario: Scenario) -> str:
    """Return a name for what results depend on: version, site, regime, what happens and what was before."""
    about = f"{__version__} {scenario.site.model_dump_json()} {scenario.regime}"
    shown = exogenous_columns(scenario) | hint_columns(scenario)
    arrays = {**shown, **scenario.with_history, "times": scenario.times}
    laid = (part for name, values in sorted(arrays.items()) for part in (f"{name} {values.shape}", values))
    return digest(about, *laid, digits=32)


def usual_price(scenario: Scenario) -> Float[Array, ""]:
    """Return the mean absolute price of the first day [currency/kWh], a measure of what is small."""
    day = round(24.0 / scenario.arrays.dt_h)
    return jnp.asarray(np.abs(scenario.import_price[:day]).mean())
