"""What the writer of a site file probably meant: near names, units in the wrong place, percent for shares."""

from __future__ import annotations

import re
from collections.abc import Iterable

from wattswarm.errors import nearest

_UNITS = (
    ("_per_kwh", "the site's currency per kWh"),
    ("_per_kw", "the site's currency per kW"),
    ("_kwh", "kWh"),
    ("_kw", "kW"),
    ("_deg", "degrees"),
    ("_minutes", "minutes"),
    ("altitude_m", "metres"),
)
_SHARES = ("soc", "efficiency", "share", "losses", "self_discharge_per_day")
_SCALES = {
    "kW": {"W": 1e-3, "kW": 1.0, "MW": 1e3},
    "kWh": {"Wh": 1e-3, "kWh": 1.0, "MWh": 1e3},
    "degrees": {"°": 1.0, "deg": 1.0, "degrees": 1.0},
    "minutes": {"min": 1.0, "minutes": 1.0, "h": 60.0},
    "metres": {"m": 1.0, "km": 1e3},
    "share": {"%": 1e-2, "percent": 1e-2},
}
_NUMBER_AND_UNIT = re.compile(r"\s*([-+]?\d+(?:[.,]\d+)?)\s*([^\d\s.,]*)\s*")


def one_of(words: Iterable[str]) -> str:
    """Return a choice in words, cut where there are many."""
    listed = list(words)
    more = f" and {len(listed) - 12} more" if len(listed) > 12 else ""
    return f"one of {', '.join(listed[:12])}{more}"


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return the question that helps after a typing error, or ""."""
    return "".join(f"did you mean {near!r}?" for near in nearest(word, words))


def number_expected(field: str) -> str:
    """Return what kind of number a field takes, by its name: "a number in kW"."""
    if field.endswith(_SHARES) and field != "share":
        return "a number from 0 to 1"
    unit = _unit(field)
    return f"a number in {unit}" if unit else "a number"


def number_meant(field: str, found: object) -> str:
    """Return the number that was meant where a unit, a percent sign or a comma crept in, or ""."""
    match = _NUMBER_AND_UNIT.fullmatch(str(found))
    if match is None or isinstance(found, bool):
        return ""
    digits, unit = match.groups()
    if re.fullmatch(r"[-+]?\d+,\d{3}", digits):
        return ""
    number = float(digits.replace(",", "."))
    wanted = "share" if number_expected(field) == "a number from 0 to 1" else _unit(field)
    if wanted == "share" and not unit and 1 < number <= 100:
        unit = "%"
    scale = _SCALES.get(wanted, {}).get(unit, 1.0 if not unit else 0.0)
    return f"{number * scale:.10g}" if scale else ""


def _unit(field: str) -> str:
    return next((unit for ending, unit in _UNITS if field.endswith(ending)), "")
