"""Two years of dates by role: to learn from, to choose by, to be judged by; the first weeks are history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

Role = Literal["training", "validation", "test"]
FIRST, END = date(2024, 1, 1), date(2026, 1, 1)
_ROLES: dict[Role, tuple[date, date]] = {
    "training": (date(2024, 2, 1), date(2025, 4, 1)),
    "validation": (date(2025, 4, 1), date(2025, 7, 1)),
    "test": (date(2025, 7, 1), END),
}


def days_of(role: Role, count: int) -> tuple[date, ...]:
    """Return dates spread evenly over a role, at most one for each of its days.

    Args:
        role: which part of the record.
        count: how many.
    """
    first, end = _ROLES[role]
    span = (end - first).days
    return tuple(first + timedelta(days=at * span // count) for at in range(min(count, span)))


def months_of(role: Role) -> Iterator[str]:
    """Yield the months of a role, such as "2025-07"."""
    day, end = _ROLES[role]
    while day < end:
        yield f"{day:%Y-%m}"
        day = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
