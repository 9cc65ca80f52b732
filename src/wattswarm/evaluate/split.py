"""Which dates train, validate and test: fixed once, never one date in two roles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from wattswarm.errors import InputError

Role = Literal["training", "validation", "test"]
FIRST, END = date(2024, 1, 1), date(2026, 1, 1)
"""Two years of the studies of a station and of fusion; the weeks before February are history only."""
_ROLES: dict[Role, tuple[date, date]] = {
    "training": (date(2024, 2, 1), date(2025, 4, 1)),
    "validation": (date(2025, 4, 1), date(2025, 7, 1)),
    "test": (date(2025, 7, 1), END),
}
WEEK_DAYS = 7
"""Length of a training episode [days]: 168 hours, which sequences of 24 hours divide."""


@dataclass(frozen=True)
class Split:
    """Months by role, each as "2018-02"."""

    training: tuple[str, ...]
    """Months whose weeks are learnt from."""
    validation: tuple[str, ...]
    """Months to choose settings by."""
    test: tuple[str, ...]
    shock: tuple[str, ...] = ()
    """Months unlike all others, to judge robustness by."""

    def __post_init__(self) -> None:
        roles = Counter([*self.training, *self.validation, *self.test, *self.shock])
        twice = [month for month, count in roles.items() if count > 1]
        if twice:
            raise InputError("a month has two roles", where="split", found=twice, mend="give it one role")


def month_days(month: str) -> tuple[date, int]:
    """Return first date and number of days of a month such as "2018-02"."""
    first = date.fromisoformat(f"{month}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    return first, (after - first).days


def weeks(month: str, every_days: int) -> tuple[date, ...]:
    """Return the first dates of the weeks that lie within a month.

    Args:
        month: such as "2018-02".
        every_days: days from one week's start to the next one's; weeks overlap where it is below 7.

    Returns:
        First dates, ascending.
    """
    first, days = month_days(month)
    return tuple(first + timedelta(days=at) for at in range(0, days - WEEK_DAYS + 1, every_days))


def days_of(role: Role, count: int) -> tuple[date, ...]:
    """Return dates spread evenly over a role, at most one for each of its days."""
    first, end = _ROLES[role]
    span = (end - first).days
    return tuple(first + timedelta(days=at * span // count) for at in range(min(count, span)))


def months_of(role: Role) -> Iterator[str]:
    """Yield the months of a role, such as "2025-07"."""
    day, end = _ROLES[role]
    while day < end:
        yield f"{day:%Y-%m}"
        day = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
