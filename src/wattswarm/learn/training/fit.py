"""Whether a trained policy fits a problem: what differs, item by item, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import zip_longest
from typing import Any

from wattswarm.errors import InputError
from wattswarm.learn.problem import Layout

_LISTED = 4
_TOLERANCE = 1e-6


def layout_record(layout: Layout) -> dict[str, Any]:
    """Return a layout as JSON values."""
    return {
        **asdict(layout),
        **{name: list(getattr(layout, name)) for name in ("agents", "features", "controls")},
        "choices": [list(choice) for choice in layout.choices],
    }


def layout_differences(trained: Mapping[str, Any], here: Layout) -> list[str]:
    """Return in words how a stored layout differs from a problem's; agents may bear other names.

    Args:
        trained: as `layout_record` gives it.

    Returns:
        One phrase a difference; none where the policy fits.
    """
    mine, found = layout_record(here), []
    if trained["problem"] != mine["problem"]:
        found.append(f"problem '{trained['problem']}' there, '{mine['problem']}' here")
    if len(trained["agents"]) != len(mine["agents"]):
        found.append(f"{len(trained['agents'])} agents there, {len(mine['agents'])} here")
    found += _item_by_item("feature", trained["features"], mine["features"])
    found += _item_by_item("control", trained["controls"], mine["controls"])
    if trained["centre"] != mine["centre"]:
        found.append(f"{trained['centre']} numbers in the centre there, {mine['centre']} here")
    if len(trained["choices"]) != len(mine["choices"]):
        found.append(f"a grid of {len(trained['choices'])} choices there, of {len(mine['choices'])} here")
    else:
        pairs = enumerate(zip(trained["choices"], mine["choices"], strict=True))
        found += [f"choice {at} is {old} there, {new} here" for at, (old, new) in pairs if _apart(old, new)]
    return found


def refuse_other_layout(where: str, trained: Mapping[str, Any], here: Layout) -> None:
    """Refuse a policy for a problem of another layout.

    Raises:
        InputError: with every difference, the first few spelled out.
    """
    found = layout_differences(trained, here)
    if found:
        raise InputError(
            "the policy was trained on another problem",
            where=where,
            found=phrase(found),
            expected="the same agents, features, controls and choices as in training",
            mend="train on this problem, or use the policy where it was trained",
        )


def record_differences(there: Mapping[str, Any], here: Mapping[str, Any], inside: str = "") -> list[str]:
    """Return in words how two records of JSON values differ, the nested ones field by field."""
    found = []
    for name in dict.fromkeys((*there, *here)):
        old, new = there.get(name), here.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found += record_differences(old, new, f"{name} ")
        elif old != new:
            found.append(f"{inside}{name} {_short(old)} there, {_short(new)} here")
    return found


def phrase(differences: Sequence[str]) -> str:
    """Return the first few differences and how many more there are."""
    more = f"; and {len(differences) - _LISTED} more" if len(differences) > _LISTED else ""
    return "; ".join(differences[:_LISTED]) + more


def _item_by_item(what: str, there: Sequence[str], here: Sequence[str]) -> list[str]:
    def quoted(name: str | None) -> str:
        return "none" if name is None else f"'{name}'"

    pairs = enumerate(zip_longest(there, here), start=1)
    return [f"{what} {at} {quoted(old)} there, {quoted(new)} here" for at, (old, new) in pairs if old != new]


def _apart(old: Sequence[float], new: Sequence[float]) -> bool:
    return len(old) != len(new) or any(abs(a - b) > _TOLERANCE for a, b in zip(old, new, strict=True))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
