"""Readers of the operators' own formats, one file each; the first that recognises a table reads it."""

from __future__ import annotations

from typing import Final

from wattswarm.data.intake.table import Table
from wattswarm.data.readers.acn import AcnJson, AcnTable
from wattswarm.data.readers.base import Ask, SeriesReader, SessionsReader
from wattswarm.data.readers.caiso import CaisoOasis
from wattswarm.data.readers.ember import EmberPrices
from wattswarm.data.readers.entsoe import EntsoeExport
from wattswarm.data.readers.generic_series import GenericSeries
from wattswarm.data.readers.generic_sessions import GenericSessions
from wattswarm.data.readers.iex import IexSnapshot
from wattswarm.data.readers.pjm import PjmDataMiner
from wattswarm.data.readers.pvdaq import PvdaqFieldData

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


def series_reader(table: Table) -> SeriesReader | None:
    """Return the reader that recognises a table of a quantity over time, None if none does."""
    return next((reader for reader in SERIES_READERS if reader.recognises(table)), None)


def sessions_reader(table: Table) -> SessionsReader | None:
    """Return the reader that recognises a table of sessions, None if none does."""
    return next((reader for reader in SESSIONS_READERS if reader.recognises(table)), None)


__all__ = [
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
    "series_reader",
    "sessions_reader",
]
