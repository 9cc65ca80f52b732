"""Whole writes and digests: files appear finished, all or none, and a digest tells what was written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattswarm.errors import InputError

Content = bytes | Callable[[Path], None]
"""What a file holds, or who writes it at a path."""


def write_files(
    folder: Path,
    files: Mapping[str, Content],
    *,
    what: str = "the files cannot be written",
    mend: str = "name another folder with --out, or free space and rights there",
) -> list[Path]:
    """Write files beside their places and force them to disk, then rename each into place, in their order.

    Args:
        folder: where they go; made if absent.
        files: contents by relative name, such as "figures/gain.png".
        what: the error in plain words.
        mend: what to do about it.

    Returns:
        The paths, in the order of `files`.

    Raises:
        InputError: the folder or one of the files cannot be written; what was there before is unchanged.
    """
    folder = Path(folder)
    new = next((each for each in [*reversed(folder.parents), folder] if not each.exists()), None)
    paths = [folder / name for name in files]
    stage: Path | None = None
    at = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
        for at, (name, content) in zip(paths, files.items(), strict=True):
            if at.is_dir():
                raise IsADirectoryError(21, "a folder of that name is in the way", str(at))
            _write(stage / name, content)
        for at in paths:
            at.parent.mkdir(parents=True, exist_ok=True)
        for at, name in zip(paths, files, strict=True):
            os.replace(stage / name, at)
        for parent in {path.parent for path in paths}:
            _force_names(parent)
    except OSError as failure:
        if new is not None:
            shutil.rmtree(new, ignore_errors=True)
        raise InputError(
            what,
            where=str(failure.filename or at),
            found=failure.strerror or str(failure),
            expected="a folder that can be written to",
            mend=mend,
        ) from failure
    finally:
        if stage is not None:
            shutil.rmtree(stage, ignore_errors=True)
    return paths


def digest(*parts: str | bytes | NDArray[Any], digits: int = 64) -> str:
    """Return the first hexadecimal digits of the SHA-256 of texts, bytes and arrays, one after the other."""
    found = sha256()
    for part in parts:
        if isinstance(part, str):
            part = part.encode()
        found.update(part if isinstance(part, bytes) else np.asarray(part).tobytes())
    return found.hexdigest()[:digits]


def _write(path: Path, content: Content) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content(path)
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _force_names(folder: Path) -> None:
    """Force the names in a folder to disk, where folders can be opened."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
