"""A defect of an input file in plain words, and the names of the repairs that a caller may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattswarm.errors import InputError

REPAIRS: Final[dict[str, str]] = {
    "gaps": "fill holes of up to 6 hours linearly",
    "duplicates": "keep one of equal rows, the mean of conflicting ones",
    "range": "clip values of a series to the plausible range, drop implausible sessions",
    "missing": "drop rows with empty cells",
    "overlaps": "keep sessions that overlap on one station",
}

_MOST_RUNS: Final = 10_000


@dataclass(frozen=True)
class Defect:
    """One thing wrong with a file, in one place or in one run of rows."""

    what: str
    """The defect in plain words."""
    where: str
    """File, row or time, most significant first."""
    found: str = ""
    """What is there."""
    expected: str = ""
    """What would have been right."""
    mend: str = ""
    """What to type or change."""
    repair: str = ""
    """The repair that mends it, "" where only the file's owner can."""
    count: int = 1
    """Rows or intervals concerned."""
    hole: bool = False
    """Whether intervals stand without a value."""

    def error(self, others: int = 0) -> InputError:
        """Return the error that refuses the file for this defect."""
        more = f"; {others} more defect{'s' if others > 1 else ''}: see wattswarm doctor" if others else ""
        return InputError(
            self.what,
            where=self.where,
            found=self.found or None,
            expected=self.expected,
            mend=self.mend + more,
        )

    def as_dict(self) -> dict[str, str | int]:
        """Return the defect as plain values for JSON."""
        return {
            "what": self.what,
            "where": self.where,
            "found": self.found,
            "expected": self.expected,
            "mend": self.mend,
            "repair": self.repair,
            "count": self.count,
        }

    @classmethod
    def of(cls, error: InputError) -> Defect:
        found = "" if error.found is None else str(error.found)
        return cls(error.what, error.where, found, error.expected, error.mend)


def check_repairs(repair: frozenset[str]) -> None:
    """Refuse names that are not a repair.

    Raises:
        InputError: a name is not in `REPAIRS`.
    """
    unknown = sorted(repair - REPAIRS.keys())
    if unknown:
        raise InputError(
            "there is no such repair",
            where="--repair",
            found=", ".join(unknown),
            expected="; ".join(f"{name}: {does}" for name, does in REPAIRS.items()),
            mend="name the repairs you accept, one --repair each",
        )


def runs(indices: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return (first, last) of each run of consecutive integers in a sorted array, shape [n].

    From the ten-thousandth run on, the rest is one run: a report that long tells no more.
    """
    if len(indices) == 0:
        return []
    breaks = np.flatnonzero(np.diff(indices) != 1)
    firsts = indices[np.concatenate(([0], breaks + 1))]
    lasts = indices[np.concatenate((breaks, [len(indices) - 1]))]
    if len(firsts) > _MOST_RUNS:
        firsts, lasts = firsts[:_MOST_RUNS], np.append(lasts[: _MOST_RUNS - 1], lasts[-1])
    return [(int(a), int(b)) for a, b in zip(firsts, lasts, strict=True)]


def say_time(time: np.datetime64) -> str:
    """Return a UTC instant as a person reads it."""
    return str(np.datetime_as_string(time.astype("datetime64[s]"), unit="m")).replace("T", " ") + " UTC"


def say_duration(seconds: float) -> str:
    """Return a length of time in its natural unit."""
    if seconds < 60:
        return f"{seconds:g} s"
    if seconds < 3600:
        return f"{seconds / 60:g} min"
    return f"{seconds / 3600:g} h" if seconds < 172_800 else f"{seconds / 86_400:.3g} days"
