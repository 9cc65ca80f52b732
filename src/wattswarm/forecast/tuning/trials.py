"""The trials of a tuning, and the file of lines that it goes on from after it was stopped."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wattswarm.errors import InputError
from wattswarm.forecast.tuning.space import Settings

FORMAT = 1


@dataclass(frozen=True)
class Trial:
    """One training and what came of it."""

    number: int
    """In the order in which the search asked for it, from 0."""
    settings: Settings
    """What was tried."""
    value: float
    """Its validation error; infinite where the training came to no number."""
    seconds: float
    """Processor time; of trials that were trained together, an even share [s]."""


class Trials:
    """Trials by number, each written to the file as soon as it is known.

    The first line of the file says what is tuned and how. A last line that was cut off is dropped; the file
    grows by whole lines that are forced to disk.

    Args:
        path: of the file, made if absent; None to keep trials in memory only.
        about: JSON values that must be the same to go on.

    Raises:
        InputError: the file is of another tuning, or cannot be read or written.
    """

    def __init__(self, path: Path | None, about: Mapping[str, Any]) -> None:
        self._path, self._done = path, dict[int, Trial]()
        if path is None:
            return
        head = {"format": FORMAT, **json.loads(json.dumps(about))}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            whole = _whole_lines(path)
        except OSError as failure:
            raise _unwritable(path, failure) from failure
        if not whole:
            self._append(head)
            return
        rows = [_read_line(path, number, line) for number, line in enumerate(whole, 1)]
        _check_head(path, rows[0], head)
        for number, row in enumerate(rows[1:], 2):
            trial = _trial(path, number, row)
            self._done[trial.number] = trial

    def __getitem__(self, number: int) -> Trial:
        return self._done[number]

    def __contains__(self, number: int) -> bool:
        return number in self._done

    @property
    def all(self) -> tuple[Trial, ...]:
        """All trials in the order in which they were asked for."""
        return tuple(self._done[number] for number in sorted(self._done))

    @property
    def seconds(self) -> float:
        """Processor time of all trials [s]."""
        return math.fsum(trial.seconds for trial in self._done.values())

    def add(self, trial: Trial) -> None:
        """Keep a trial.

        Raises:
            InputError: the file cannot be written.
        """
        self._done[trial.number] = trial
        value = trial.value if math.isfinite(trial.value) else None
        self._append({**asdict(trial), "settings": dict(trial.settings), "value": value})

    def _append(self, row: Mapping[str, Any]) -> None:
        if self._path is None:
            return
        try:
            with self._path.open("ab") as file:
                file.write(json.dumps(row, allow_nan=False).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as failure:
            raise _unwritable(self._path, failure) from failure


def _whole_lines(path: Path) -> list[bytes]:
    """Return the lines that were written whole, and cut what follows them off the file."""
    if not path.exists():
        return []
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        with path.open("r+b") as file:
            file.truncate(len(whole))
    return whole.splitlines()


def _read_line(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        raise _foreign(path, number, line.decode(errors="replace")[:80])
    return row


def _check_head(path: Path, found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    for field in [*expected, *found]:
        if found.get(field) != expected.get(field):
            raise InputError(
                "the trials in this file are of another tuning",
                where=f"{path}, line 1, {field}",
                found=found.get(field),
                expected=str(expected.get(field)),
                mend="tune as before to go on with it, or name another file",
            )


def _trial(path: Path, number: int, row: Mapping[str, Any]) -> Trial:
    try:
        value = math.inf if row["value"] is None else float(row["value"])
        return Trial(int(row["number"]), dict(row["settings"]), value, float(row["seconds"]))
    except (KeyError, TypeError, ValueError):
        raise _foreign(path, number, dict(row)) from None


def _foreign(path: Path, number: int, found: object) -> InputError:
    return InputError(
        "this line is not a trial",
        where=f"{path}, line {number}",
        found=found,
        expected="number, settings, value and seconds as JSON",
        mend="remove the file to begin anew",
    )


def _unwritable(path: Path, failure: OSError) -> InputError:
    return InputError(
        "the trials cannot be saved",
        where=str(path),
        found=failure.strerror or str(failure),
        expected="a file that can be read and written",
        mend="name another folder, or free space and rights there",
    )
