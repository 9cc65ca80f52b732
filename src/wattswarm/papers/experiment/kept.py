"""What a study keeps in its folder: parts that are done are not done again, and other studies are refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wattswarm.errors import InputError
from wattswarm.files import write_files


@dataclass(frozen=True)
class Files:
    """Where a study keeps what it computes.

    Args:
        out: folder of everything.
        data: folder of the market's prices, None for generated ones.
        quick: whether models learn little.
    """

    out: Path
    data: Path | None
    quick: bool

    @property
    def judged(self) -> Path:
        """Days of every policy."""
        return self.out / "judged"

    @property
    def trainings(self) -> Path:
        """Folders of trainings."""
        return self.out / "trainings"


def kept_json(path: Path, make: Callable[[], Any]) -> Any:
    """Return what a file keeps, or make it and keep it.

    Args:
        path: of the file.
        make: returns what JSON can hold.
    """
    if not path.is_file():
        write_files(path.parent, {path.name: json.dumps(make(), indent=1).encode()})
    return json.loads(path.read_text())


def refuse_other_study(out: Path, facts: Mapping[str, object]) -> None:
    """Refuse a folder that holds a study of other prices, or note in it of which this one is.

    Args:
        out: folder of the study.
        facts: what all in it depends on, as JSON values.

    Raises:
        InputError: the folder holds another study.
    """
    held = kept_json(out / "study.json", lambda: facts)
    if held != facts:
        raise InputError(
            "the folder holds another study",
            where=str(out),
            found=json.dumps(held),
            expected=json.dumps(facts),
            mend="name another folder with --out",
        )
