"""summary.json says what the comparison says, in the form of its schema."""

from __future__ import annotations

import json
from typing import Any

import pytest

from wattswarm.report import compare_runs, summary_schema, write_summary

KINDS = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "null": type(None),
    "array": list,
    "object": dict,
}


def faults(value: Any, schema: dict[str, Any], root: dict[str, Any], where: str = "$") -> list[str]:
    """Return where a value differs from the parts of JSON Schema that ours uses."""
    if "$ref" in schema:
        return faults(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root, where)
    if "anyOf" in schema:
        tried = [faults(value, option, root, where) for option in schema["anyOf"]]
        return min(tried, key=len)
    if "const" in schema:
        return [] if value == schema["const"] else [f"{where}: {value!r}"]
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{where}: {value!r}"]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if kinds == ["boolean"]:
        return [] if isinstance(value, bool) else [f"{where}: {value!r}"]
    if isinstance(value, bool) or not any(isinstance(value, KINDS[kind]) for kind in kinds):
        return [f"{where}: {value!r} is no {kinds}"]
    found = []
    if isinstance(value, dict):
        known, extra = schema.get("properties", {}), schema.get("additionalProperties", {})
        found += [f"{where}: lacks {name}" for name in schema.get("required", []) if name not in value]
        for name, inner in value.items():
            if name in known:
                found += faults(inner, known[name], root, f"{where}.{name}")
            elif extra is False:
                found.append(f"{where}: knows no {name}")
            else:
                found += faults(inner, extra, root, f"{where}.{name}")
    if isinstance(value, list):
        for at, inner in enumerate(value):
            found += faults(inner, schema["items"], root, f"{where}[{at}]")
    return found


@pytest.mark.parametrize("bounded", [True, False])
def test_summary_is_what_its_schema_says(tmp_path, hub, hub_runs, meta, bounded):
    comparison = hub if bounded else compare_runs(hub_runs, None)
    path = write_summary(tmp_path / "summary.json", comparison, meta)
    value = json.loads(path.read_text(encoding="utf-8"), parse_constant=lambda name: pytest.fail(name))
    assert faults(value, summary_schema(), summary_schema()) == []
    assert value["policies"][0]["profit"] == comparison.best.measures.profit
    assert (value["bound"] is not None) == bounded
    assert value["best"] == comparison.best.policy


def test_the_check_of_the_schema_finds_what_is_missing_wrong_or_unknown(tmp_path, hub, meta):
    schema = summary_schema()
    value = json.loads(write_summary(tmp_path / "summary.json", hub, meta).read_text())
    del value["policies"][0]["profit"]
    value["policies"][1]["import_kwh"] = "much"
    value["surprise"] = 1
    found = " ".join(faults(value, schema, schema))
    assert "lacks profit" in found
    assert "'much'" in found
    assert "surprise" in found
