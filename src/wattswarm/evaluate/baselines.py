"""What a month is worth to those who do not learn: idle storage, rules, planners, the bound (models 7.4)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from wattswarm import __version__
from wattswarm.control import Policy, rule, simulate
from wattswarm.files import publish
from wattswarm.outlook import Climatology, DayAhead, Foresight, Perfect, beliefs_of, hint_columns
from wattswarm.plan import HoursAhead, ModelPredictive, perfect_foresight
from wattswarm.world import Scenario, exogenous_columns

NO_FLEXIBILITY, BOUND = "no flexibility", "bound"
_RULES: Mapping[str, str] = {
    NO_FLEXIBILITY: "uncontrolled",
    "threshold 30/70": "storage-threshold",
    "paying storage": "paying-storage",
    "deferral": "demand-deferral",
    "paying storage and deferral": "every-threshold",
}


def yardsticks(scenario: Scenario, *, cache: Path | None = None) -> dict[str, float]:
    """Return what a scenario earns under no flexibility, under each rule and planner, and at best.

    Args:
        scenario: a month to judge by, without ports.
        cache: folder that keeps results by the scenario's content, None to compute anew.

    Returns:
        Profit by name [currency], from `NO_FLEXIBILITY` to `BOUND`; planners look 24 hours ahead, backwards
        too where the scenario tells load hour by hour.
    """
    kept = None if cache is None else cache / f"{fingerprint(scenario)}.json"
    if kept is not None and kept.is_file():
        return dict(json.loads(kept.read_text()))
    policies = [rule(name) for name in _RULES.values()]
    foresights: tuple[Foresight, ...] = (Perfect(scenario), DayAhead(), Climatology())
    planners: list[Policy] = [ModelPredictive(foresight) for foresight in foresights]
    if beliefs_of(scenario).expects_load:
        planners.append(HoursAhead(usual_price(scenario)))
    runs = simulate(scenario, [*policies, *planners])
    names = [*_RULES, *(planner.name for planner in planners)]
    profits = {name: run.profit for name, run in zip(names, runs, strict=True)}
    profits[BOUND] = perfect_foresight(scenario).profit
    if kept is not None:
        publish(kept.parent, {kept.name: json.dumps(profits, indent=1).encode()})
    return profits


def flexibility(profit: float, profits: Mapping[str, float]) -> float:
    """Return F: the share of what flexibility can add at best that a profit contains.

    Args:
        profit: of the policy in question [currency].
        profits: what `yardsticks` returned for the same scenario.

    Returns:
        0 for no flexibility, 1 for the bound.
    """
    idle = profits[NO_FLEXIBILITY]
    return (profit - idle) / (profits[BOUND] - idle)


def fingerprint(scenario: Scenario) -> str:
    """Return a name for what results depend on: version, site, regime, what happens and what was before."""
    digest = hashlib.sha256(f"{__version__} {scenario.site.model_dump_json()} {scenario.regime}".encode())
    shown = exogenous_columns(scenario) | hint_columns(scenario)
    arrays = {**shown, **scenario.with_history, "times": scenario.times}
    for name, values in sorted(arrays.items()):
        digest.update(f"{name} {values.shape}".encode())
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()[:32]


def usual_price(scenario: Scenario) -> Float[Array, ""]:
    """Return the mean absolute price of the first day [currency/kWh], a measure of what is small."""
    day = round(24.0 / scenario.arrays.dt_h)
    return jnp.asarray(np.abs(scenario.import_price[:day]).mean())
