"""Delimited text (CSV) to columns of text, with the line that each record has in a text editor."""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import islice
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattswarm.errors import InputError

_DELIMITERS: Final = (",", ";", "\t", "|")
_HEAD_LINES: Final = 40


def too_large(what: str, source: str, found: str, expected: str) -> InputError:
    """Return the error that refuses a file for its size."""
    mend = "cut it into files of a year or of one node"
    return InputError(what, where=source, found=found, expected=expected, mend=mend)


def read_delimited(source: str, text: str, max_rows: int) -> tuple[pl.DataFrame, NDArray[np.int64]]:
    """Read delimited text; title lines above the header are passed over.

    Returns:
        Columns of text with null for empty cells, and the line of each row (first = 1), shape [n].

    Raises:
        InputError: no table in it, a row with too many or too few cells, or too many rows.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.count("\n") + 1
    if lines > max_rows + _HEAD_LINES:
        raise too_large("the file has too many rows", source, f"about {lines:,}", f"at most {max_rows:,}")
    delimiter, header_line, names = _header(source, text)
    body = _after_line(text, header_line)
    records = lines - header_line - (1 if text.endswith("\n") else 0)
    if records <= 0:
        raise _no_rows(source)
    if '"' in body or "\n\n" in body or body.startswith("\n"):
        return _read_with_care(source, text, delimiter, header_line, names)
    try:
        frame = pl.read_csv(
            io.BytesIO(body.encode()),
            separator=delimiter,
            has_header=False,
            new_columns=names,
            infer_schema=False,
            quote_char=None,
        )
    except pl.exceptions.PolarsError:
        return _read_with_care(source, text, delimiter, header_line, names)
    if frame.height != records or frame.width != len(names):
        return _read_with_care(source, text, delimiter, header_line, names)
    return _emptied(frame), np.arange(header_line + 1, header_line + 1 + records)


def _header(source: str, text: str) -> tuple[str, int, list[str]]:
    head = text[: 1 << 16].split("\n")[:_HEAD_LINES]
    best: tuple[int, str, int, list[str]] = (1, "", 0, [])
    for delimiter in _DELIMITERS:
        cells = list(csv.reader(head, delimiter=delimiter))
        # Titles above and faulty rows below have other widths: the table's is the commonest, or the first.
        widths = Counter(len(row) for row in cells if len(row) > 1)
        width = widths.most_common(1)[0][0] if widths else 0
        if width > best[0]:
            line = next(i for i, row in enumerate(cells) if len(row) == width)
            best = (width, delimiter, line + 1, cells[line])
    _, delimiter, line, header = best
    if not delimiter:
        raise InputError(
            "there is no table in the file",
            where=source,
            found=head[0][:80],
            expected="columns divided by comma, semicolon or tab, with a header row",
            mend="export it as CSV with its header",
        )
    return delimiter, line, _distinct([cell.strip() for cell in header])


def _distinct(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for position, name in enumerate(names, 1):
        label = name or f"column {position}"
        seen[label] = seen.get(label, 0) + 1
        result.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return result


def _after_line(text: str, line: int) -> str:
    position = -1
    for _ in range(line):
        position = text.find("\n", position + 1)
        if position < 0:
            return ""
    return text[position + 1 :]


def _read_with_care(
    source: str, text: str, delimiter: str, header_line: int, names: list[str]
) -> tuple[pl.DataFrame, NDArray[np.int64]]:
    stream = io.StringIO(text)
    for _ in islice(stream, header_line):
        pass
    reader = csv.reader(stream, delimiter=delimiter)
    records: list[list[str]] = []
    rows: list[int] = []
    row = header_line + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) != len(names):
                    raise InputError(
                        "the row has the wrong number of cells",
                        where=f"{source}, row {row}",
                        found=f"{len(cells)} cells",
                        expected=f"{len(names)} cells, as in the header",
                        mend="quote cells that hold the delimiter, or complete the row",
                    )
                records.append(cells)
                rows.append(row)
            row = header_line + reader.line_num + 1
    except csv.Error as fault:
        raise InputError(
            "the row is not readable as CSV",
            where=f"{source}, row {row}",
            found=str(fault),
            mend="mend the row",
        ) from fault
    if not records:
        raise _no_rows(source)
    columns = [
        pl.Series(name, cells, dtype=pl.String)
        for name, cells in zip(names, zip(*records, strict=True), strict=True)
    ]
    return _emptied(pl.DataFrame(columns)), np.asarray(rows, dtype=np.int64)


def _emptied(frame: pl.DataFrame) -> pl.DataFrame:
    stripped = frame.select(pl.all().str.strip_chars())
    return stripped.select(pl.when(pl.all() != "").then(pl.all()).otherwise(None).name.keep())


def _no_rows(source: str) -> InputError:
    return InputError("the file has a header and no rows", where=source, mend="export it again")
