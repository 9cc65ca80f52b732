"""summary.json: the comparison for programs, in the form that summary.schema.json states."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from wattswarm.files import write_files
from wattswarm.report.comparison import BoundRow, Comparison, Row
from wattswarm.report.meta import Meta

SCHEMA_VERSION = 1


def summary(comparison: Comparison, meta: Meta) -> dict[str, Any]:
    """Return the comparison as plain values.

    Returns:
        What `summary_schema` describes; numbers are finite, None stands where there is nothing to measure.
    """
    scenario = comparison.scenario
    arrays = scenario.arrays
    return {
        "schema_version": SCHEMA_VERSION,
        "created": meta.created.isoformat(),
        "site": {
            "name": scenario.site.name,
            "currency": scenario.site.currency,
            "timezone": scenario.site.location.timezone,
            "ports": arrays.port_count,
            "storages": arrays.storage_count,
            "solar_arrays": arrays.solar_count,
            "stations": arrays.station_count,
        },
        "horizon": {
            "start": f"{scenario.times[0]}Z",
            "steps": scenario.steps,
            "step_h": float(arrays.dt_h),
            "days": comparison.days,
            "departures": len(scenario.stays),
            "turned_away": scenario.schedule.turned_away,
            "turned_away_kwh": scenario.schedule.turned_away_kwh,
            "beyond_reach_kwh": scenario.schedule.beyond_reach_kwh,
        },
        "information": str(scenario.regime.value),
        "baseline": comparison.baseline,
        "best": comparison.best.policy,
        "policies": [_policy(row) for row in comparison.rows],
        "bound": None if comparison.bound is None else _bound(comparison.bound),
        "warnings": list(comparison.warnings),
        "notes": [*scenario.notes, *meta.notes],
        "provenance": list(meta.provenance),
        "command": meta.command,
        "seeds": dict(meta.seeds),
        "versions": dict(meta.versions),
    }


def summary_json(comparison: Comparison, meta: Meta) -> bytes:
    """Return the text of summary.json: UTF-8 without NaN or infinity."""
    text = json.dumps(summary(comparison, meta), allow_nan=False, ensure_ascii=False, indent=2)
    return text.encode() + b"\n"


def write_summary(path: Path, comparison: Comparison, meta: Meta) -> Path:
    """Write summary.json whole or not at all.

    Raises:
        InputError: it cannot be written; what was there before is unchanged.
    """
    path = Path(path)
    return write_files(path.parent, {path.name: summary_json(comparison, meta)})[0]


def summary_schema() -> dict[str, Any]:
    """Return the JSON schema of summary.json."""
    text = files("wattswarm.report").joinpath("summary.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _policy(row: Row) -> dict[str, Any]:
    return {
        "policy": row.policy,
        "gain": row.gain,
        "score": row.score,
        "percent_of_bound": row.percent_of_bound,
        **asdict(row.measures),
    }


def _bound(bound: BoundRow) -> dict[str, Any]:
    return asdict(bound)
