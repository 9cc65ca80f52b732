"""Readers of the operators' own formats, one file each; the first that recognises a table reads it.

Readers that other packages add come after those of named formats, before those of any declared columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from wattswarm.data.intake.table import Table
from wattswarm.data.readers.acn import AcnJson, AcnTable
from wattswarm.data.readers.base import Ask, SeriesReader, SessionsReader
from wattswarm.data.readers.caiso import CaisoOasis
from wattswarm.data.readers.columns import NAMES, choose_column
from wattswarm.data.readers.ember import EmberPrices
from wattswarm.data.readers.entsoe import EntsoeExport
from wattswarm.data.readers.generic_series import GenericSeries
from wattswarm.data.readers.generic_sessions import GenericSessions
from wattswarm.data.readers.iex import IexSnapshot
from wattswarm.data.readers.pjm import PjmDataMiner
from wattswarm.data.readers.pvdaq import PvdaqFieldData
from wattswarm.registry import Catalogue, Entry

R = TypeVar("R")

SERIES_READERS: Final[tuple[SeriesReader, ...]] = (
    IexSnapshot(),
    PjmDataMiner(),
    CaisoOasis(),
    EntsoeExport(),
    EmberPrices(),
    PvdaqFieldData(),
    GenericSeries(),
)
SESSIONS_READERS: Final[tuple[SessionsReader, ...]] = (AcnJson(), AcnTable(), GenericSessions())


_ADDED_SERIES = Catalogue("reader of series", "wattswarm.series_readers", Entry, {})
_ADDED_SESSIONS = Catalogue("reader of sessions", "wattswarm.sessions_readers", Entry, {})


def series_reader(table: Table) -> SeriesReader | None:
    """Return the reader that recognises a table of a quantity over time, None if none does."""
    return next((reader for reader in _with(_ADDED_SERIES, SERIES_READERS) if reader.recognises(table)), None)


def sessions_reader(table: Table) -> SessionsReader | None:
    """Return the reader that recognises a table of sessions, None if none does."""
    both = _with(_ADDED_SESSIONS, SESSIONS_READERS)
    return next((reader for reader in both if reader.recognises(table)), None)


def _with(added: Catalogue[Entry], readers: Sequence[R]) -> Iterator[R]:
    """Yield our readers with those that were added before the last of them."""
    *named, generic = readers
    yield from named
    yield from (entry.load()() for entry in added.values())
    yield generic


__all__ = [
    "NAMES",
    "SERIES_READERS",
    "SESSIONS_READERS",
    "AcnJson",
    "AcnTable",
    "Ask",
    "CaisoOasis",
    "EmberPrices",
    "EntsoeExport",
    "GenericSeries",
    "GenericSessions",
    "IexSnapshot",
    "PjmDataMiner",
    "PvdaqFieldData",
    "SeriesReader",
    "SessionsReader",
    "choose_column",
    "series_reader",
    "sessions_reader",
]
