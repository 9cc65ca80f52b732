"""What a forecaster may learn from: one series to forecast, its covariates, and when each is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from wattswarm.data import Floats, Series, Times
from wattswarm.errors import InputError

Known = Literal["afterwards", "beforehand"]
"""Whether a column holds what was measured (a load, a volume) or what was forecast beforehand."""


@dataclass(frozen=True)
class Covariate:
    """A column that may help."""

    name: str
    """In feature lists."""
    values: Floats
    """On the grid of the target, NaN where there is none, shape [step]."""
    known: Known
    """Afterwards, then a step's value is known once it is over and `late` more steps have passed; beforehand,
    then it is known at every origin for all steps of that origin's forecast."""
    late: int = 0
    """Steps that a value becomes known after the target's own value of the same step."""


@dataclass(frozen=True)
class Record:
    """A series to forecast, and what may help.

    A forecast has an origin: the first step whose value is not known yet. All the target's values before it
    are. For a day-ahead market this is the first step of the day that is about to be auctioned, since all of
    the day before was published on the day before it; covariates are `late` by the hours between the
    gate's closure and midnight.
    """

    target: Series
    """Gap-free."""
    covariates: tuple[Covariate, ...] = ()
    """On the same grid."""

    def __post_init__(self) -> None:
        """Refuse columns of another length, and what is not a number in the target."""
        for column in self.covariates:
            if len(column.values) != len(self.target.values):
                raise InputError(
                    "a covariate has another length",
                    where=f"column {column.name}",
                    found=f"{len(column.values)} steps",
                    expected=f"{len(self.target.values)} steps",
                )
        bad = np.flatnonzero(~np.isfinite(self.target.values))
        if len(bad):
            raise InputError(
                "the series has values that are not numbers",
                where=f"row {int(bad[0]) + 1} of {self.target.name}, {self.target.times[bad[0]]} UTC",
                found=f"{len(bad)} of {len(self.target.values)}",
                expected="a number in every step",
                mend="ask the reader to repair, or cut the window",
            )

    @property
    def steps(self) -> int:
        """Number of steps."""
        return len(self.target.values)

    @property
    def times(self) -> Times:
        """Start of each step, UTC, shape [step]."""
        return self.target.times

    @property
    def day(self) -> int:
        """Steps of a day of 24 hours."""
        return 86_400 // self.target.step_s

    def until(self, end: int) -> Record:
        """Return the record as it stands at an origin: nothing of the step `end` or later.

        Columns known beforehand are cut at the same step, so that training sees none of the test's.
        """
        target = replace(self.target, times=self.target.times[:end], values=self.target.values[:end])
        return Record(target, tuple(replace(each, values=each.values[:end]) for each in self.covariates))

    def since(self, first: int) -> Record:
        """Return the record without the steps before `first`; step `first` becomes step 0."""
        target = replace(self.target, times=self.target.times[first:], values=self.target.values[first:])
        return Record(target, tuple(replace(each, values=each.values[first:]) for each in self.covariates))


def refuse_other_columns(record: Record, found: Sequence[str], learned: Sequence[str]) -> None:
    """Refuse a record whose columns, each in words with when it is known, are not those of the training.

    Raises:
        InputError: a column is missing, foreign, or known at another time.
    """
    if list(found) != list(learned):
        raise InputError(
            "the record's columns are not those the model was trained on",
            where=record.target.name,
            found=", ".join(sorted(set(found) ^ set(learned))) or "another order",
            expected="the same columns in the same order, known at the same times",
            mend="give those columns, or train again",
        )
