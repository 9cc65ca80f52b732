"""A file opened as a table: columns as they stand, each record's row in the file, the file's digest."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from numpy.typing import NDArray

from wattswarm.data.intake.delimited import read_delimited, too_large
from wattswarm.errors import InputError
from wattswarm.files import digest

MAX_BYTES: Final = 512 * 1024 * 1024
MAX_ROWS: Final = 20_000_000


@dataclass(frozen=True)
class Table:
    """A file's records before anything is understood."""

    source: str
    """The path as the user gave it."""
    container: str
    """"CSV", "Parquet" or "JSON"."""
    frame: pl.DataFrame
    """Columns, text for CSV and JSON, typed for Parquet."""
    rows: NDArray[np.int64]
    """Line of each record in a text editor for CSV (header = 1), else its number from 1, shape [n]."""
    row_word: str
    """What a record is called in messages."""
    sha256: str
    """Digest of the file's bytes."""

    @property
    def columns(self) -> list[str]:
        """Column names as they stand in the file."""
        return self.frame.columns

    def find(self, *names: str) -> str | None:
        """Return the first column whose plain form is one of the names, in the order of the names."""
        plain = {plain_name(column): column for column in reversed(self.columns)}
        return next((plain[name] for name in names if name in plain), None)

    def text(self, column: str) -> pl.Series:
        """Return a column as text, null where the cell is empty."""
        return self.frame[column].cast(pl.String)

    def where(self, mask: NDArray[np.bool_]) -> Table:
        """Return the table of the rows that the mask keeps, shape [n]."""
        return replace(self, frame=self.frame.filter(pl.Series(mask)), rows=self.rows[mask])


def plain_name(column: str) -> str:
    """Return a column name in lower case with every run of other signs as one underscore."""
    return re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_")


def open_table(path: str | Path) -> Table:
    """Open a CSV, Parquet or ACN-Data JSON file as a table.

    Raises:
        InputError: no such file, too large, packed, not text, or not a table.
    """
    source, file = str(path), Path(path)
    if not file.is_file():
        raise InputError("there is no such file", where=source, mend="check the path")
    if file.stat().st_size > MAX_BYTES:
        size = f"{file.stat().st_size / 2**20:.0f} MB"
        raise too_large("the file is too large", source, size, f"at most {MAX_BYTES // 2**20} MB")
    try:
        data = file.read_bytes()
    except OSError as fault:
        raise InputError(
            "the file cannot be opened", where=source, found=str(fault), mend="check its permissions"
        ) from fault
    sha256 = digest(data)
    if not data.strip():
        raise InputError("the file is empty", where=source, mend="export it again")
    if data[:4] == b"PAR1":
        return _parquet(source, data, sha256)
    if data[:2] in (b"PK", b"\x1f\x8b"):
        raise InputError(
            "the file is a packed archive or a spreadsheet",
            where=source,
            expected="CSV, Parquet or JSON",
            mend="unpack it, or save the sheet as CSV",
        )
    text = _decode(source, data)
    if text.lstrip()[:1] in ("{", "["):
        return _json(source, text, sha256)
    frame, rows = read_delimited(source, text, MAX_ROWS)
    return Table(source, "CSV", frame, rows, "row", sha256)


def _decode(source: str, data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data[:4096]:
        raise InputError(
            "the file is not text", where=source, expected="CSV, Parquet or JSON", mend="export it as CSV"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _parquet(source: str, data: bytes, sha256: str) -> Table:
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        count = file.metadata.num_rows
        _bound(source, count)
        arrow = file.read()
    except InputError:
        raise
    except Exception as fault:
        raise InputError(
            "the Parquet file cannot be read", where=source, found=str(fault), mend="write it again"
        ) from fault
    frame = pl.from_arrow(arrow)
    assert isinstance(frame, pl.DataFrame)
    return Table(source, "Parquet", frame, np.arange(1, count + 1), "record", sha256)


def _json(source: str, text: str, sha256: str) -> Table:
    try:
        parsed = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as fault:
        raise InputError(
            "the JSON is not well formed", where=source, found=str(fault), mend="download the file again"
        ) from fault
    items = parsed.get("_items") if isinstance(parsed, dict) else parsed
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise InputError(
            "the JSON holds no list of sessions",
            where=source,
            expected='ACN-Data JSON: {"_items": [{"connectionTime": ...}, ...]}',
            mend="export the sessions from the ACN-Data site, or give a CSV",
        )
    _bound(source, len(items))
    names = sorted({name for item in items for name in item})
    frame = pl.DataFrame(
        {name: [_cell(item.get(name)) for item in items] for name in names},
        schema=dict.fromkeys(names, pl.String),
    )
    return Table(source, "JSON", frame, np.arange(1, len(items) + 1), "session", sha256)


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def _bound(source: str, count: int) -> None:
    if count > MAX_ROWS:
        raise too_large("the file has too many rows", source, f"{count:,}", f"at most {MAX_ROWS:,}")
    if count == 0:
        raise InputError("the file has no rows", where=source, mend="export it again")
