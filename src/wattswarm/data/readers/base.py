"""What a reader of a format is: it recognises its own tables and says what their rows mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from wattswarm.data.cells.units import Quantity
from wattswarm.data.intake.readings import Readings, Visits
from wattswarm.data.intake.table import Table
from wattswarm.errors import InputError


@dataclass(frozen=True)
class Ask:
    """What the caller wants of a series file."""

    quantity: Quantity = "price"
    """What to read."""
    column: str | None = None
    """Column of a wide table, or node, zone, country or auction of a long one."""
    unit: str | None = None
    """The unit, where the file declares none."""
    timezone: str | None = None
    """IANA zone of the clock of times without offset, and of the market."""


class SeriesReader(Protocol):
    """Reads one format of a quantity over time."""

    @property
    def name(self) -> str:
        """The format in the trade's words."""

    def recognises(self, table: Table) -> bool:
        """Whether the table is of this format, by its columns and not by its file name."""

    def read(self, table: Table, ask: Ask) -> Readings:
        """Return the rows of the quantity asked for; raises InputError where the table has none."""


class SessionsReader(Protocol):
    """Reads one format of charging sessions."""

    @property
    def name(self) -> str:
        """The format in the trade's words."""

    def recognises(self, table: Table) -> bool:
        """Whether the table is of this format, by its columns and not by its file name."""

    def read(self, table: Table, timezone: str | None) -> Visits:
        """Return the rows of sessions; raises InputError where a needed column lacks."""


class AmbiguousColumn(InputError):
    """Several columns or nodes would do and the caller named none.

    Args:
        what: the mistake in plain words.
    """

    def __init__(self, what: str, where: str, choices: tuple[str, ...]) -> None:
        self.choices = choices
        shown = ", ".join(choices[:30]) + (f" and {len(choices) - 30} more" if len(choices) > 30 else "")
        super().__init__(
            what,
            where=where,
            found=shown,
            expected="one of them",
            mend=f'--column "{choices[0]}", or another of these',
        )
