"""A study's folder: results that are there are not computed again, and another study's folder is refused."""

from __future__ import annotations

import io
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from pydantic import TypeAdapter

from wattswarm.data import Series
from wattswarm.errors import InputError
from wattswarm.files import digest, write_files

Inputs = TypeVar("Inputs")


@dataclass(frozen=True)
class Study(ABC, Generic[Inputs]):
    """A study's folder, and the records and models that all of it is computed from."""

    out: Path
    data: Path | None
    """Folder of the records, None for generated ones."""
    quick: bool
    """Whether models learn little."""

    @abstractmethod
    def open(self) -> Inputs:
        """Read or generate the records."""

    def inputs(self) -> Inputs:
        """Return records and models, the same ones at every call of a process."""
        inputs: Inputs = _inputs(self)
        return inputs

    @property
    def trainings(self) -> Path:
        return self.out / "trainings"


@lru_cache(maxsize=1)
def _inputs(study: Study[Any]) -> Any:
    return study.open()


def cached(path: Path, kind: Any, compute: Callable[[], Any]) -> Any:
    """Return a result from its JSON file, whose type pydantic reads back, or compute and write it."""
    adapter = TypeAdapter(kind)
    if not path.is_file():
        text = json.dumps(adapter.dump_python(compute()), indent=1)
        write_files(path.parent, {path.name: text.encode()})
    return adapter.validate_python(json.loads(path.read_text()))


def cached_arrays(path: Path, compute: Callable[[], Mapping[str, Any]]) -> dict[str, np.ndarray]:
    """Return arrays by name from their npz file, or compute them and write the file."""
    if not path.is_file():
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **compute())
        write_files(path.parent, {path.name: buffer.getvalue()})
    with np.load(path, allow_pickle=False) as stored:
        return dict(stored)


def record_file(data: Path | None, name: str) -> Path:
    """Return the path of a file of records."""
    path = (data or Path()) / name
    if not path.is_file():
        raise InputError(
            "there is no such file",
            where="--data",
            found=path,
            expected=name,
            mend="name the folder that holds it, or leave --data out where a study can generate prices",
        )
    return path


def refuse_other_study(study: Study[Any], prices: Series) -> None:
    """Refuse a folder that holds a study of other prices, or note in it which study it holds from now on."""
    facts = {"prices": prices.provenance.sha256 or prices.name, "quick": study.quick}
    held = cached(study.out / "study.json", Any, lambda: facts)
    if held != facts:
        raise InputError(
            "the folder holds another study",
            where=str(study.out),
            found=json.dumps(held),
            expected=json.dumps(facts),
            mend="name another folder with --out",
        )


def plain_name(words: str) -> str:
    """Return words as a name of a file: letters and digits, a dash for anything else."""
    return "".join(each if each.isalnum() else "-" for each in words.lower())


def digest_of(text: str) -> str:
    """Return twelve hexadecimal digits that differ where the text does."""
    return digest(text, digits=12)
