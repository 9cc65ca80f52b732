"""policies.csv and steps.csv: the comparison for spreadsheets, one row a policy and one a step."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import polars as pl

from wattswarm.control import Run
from wattswarm.data import local_clock
from wattswarm.report.comparison import BOUND_NAME, Comparison
from wattswarm.report.measures import Measures

PLAIN = [each.name for each in fields(Measures) if each.name != "money"]
"""Figures of a policy that are one number."""


def policies_csv(comparison: Comparison) -> bytes:
    """Return one row a policy, best first, the bound last, as UTF-8 text; cells may be empty."""
    rows = [
        {
            "policy": row.policy,
            "gain": row.gain,
            "score": row.score,
            "percent_of_bound": row.percent_of_bound,
            **_plain(row.measures),
        }
        for row in comparison.rows
    ]
    bound = comparison.bound
    if bound is not None:
        numbers = _plain(bound.measures) if bound.measures else dict.fromkeys([*PLAIN, *_items(comparison)])
        numbers["profit"], numbers["seconds"] = bound.profit, bound.seconds
        scores = {"gain": bound.gain, "score": bound.score, "percent_of_bound": 100.0}
        rows.append({"policy": BOUND_NAME, **scores, **numbers})
    return _csv(pl.DataFrame(rows, infer_schema_length=None))


def steps_csv(comparison: Comparison) -> bytes:
    """Return what happened in each step under each chosen policy, one row a step and policy.

    Args:
        comparison: policies side by side; `chosen` of them are written.

    Returns:
        UTF-8 text; means over the step [kW], energies at its end [kWh], prices [currency/kWh].
    """
    return _csv(pl.concat([_steps(run) for run in comparison.chosen]))


def _steps(run: Run) -> pl.DataFrame:
    scenario, flows, ports = run.scenario, run.flows, run.scenario.arrays.port_count
    clock = local_clock(scenario.times, scenario.site.location.timezone)
    local = clock.date.astype("datetime64[s]") + np.rint(clock.hour * 3600).astype("timedelta64[s]")
    dispatch, money = flows.dispatch, flows.money
    income = money.export_income + money.customer_income.sum(axis=1) + money.service_income.sum(axis=1)
    by_power = money.demand_charge + money.peak_valley_charge
    cost = money.import_cost + by_power + money.wear.sum(axis=1) + money.v2g_reward.sum(axis=1)
    return pl.DataFrame(
        {
            "policy": [run.policy] * scenario.steps,
            "time_utc": scenario.times.astype("datetime64[ms]"),
            "time_local": local.astype("datetime64[ms]"),
            "import_price": scenario.import_price,
            "export_price": scenario.export_price,
            "import_kw": _column(flows.import_kw),
            "export_kw": _column(flows.export_kw),
            "solar_kw": _column(dispatch.solar_kw.sum(axis=1)),
            "solar_available_kw": _column(scenario.solar_kw.sum(axis=1)),
            "load_kw": _column(dispatch.load_kw.sum(axis=1)),
            "ports_charge_kw": _column(dispatch.charge_kw[:, :ports].sum(axis=1)),
            "ports_discharge_kw": _column(dispatch.discharge_kw[:, :ports].sum(axis=1)),
            "storage_charge_kw": _column(dispatch.charge_kw[:, ports:].sum(axis=1)),
            "storage_discharge_kw": _column(dispatch.discharge_kw[:, ports:].sum(axis=1)),
            "storage_kwh": _column(flows.energy_kwh[:, ports:].sum(axis=1)),
            "shortfall_kwh": _column(flows.shortfall_kwh.sum(axis=1)),
            "profit": _column(income - cost - money.unmet_penalty.sum(axis=1)),
        }
    )


def _plain(measures: Measures) -> dict[str, float | None]:
    return {name: getattr(measures, name) for name in PLAIN} | dict(measures.money)


def _items(comparison: Comparison) -> list[str]:
    return list(comparison.best.measures.money)


def _column(values: object) -> np.ndarray:
    return np.round(np.asarray(values, np.float64), 9) + 0.0


def _csv(frame: pl.DataFrame) -> bytes:
    return frame.write_csv(datetime_format="%Y-%m-%dT%H:%M:%S").encode()
