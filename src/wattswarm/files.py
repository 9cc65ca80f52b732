"""Puts finished files in place: all of them whole, or none at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from wattswarm.errors import InputError


def publish(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files beside their places, then rename each into place.

    Args:
        folder: where they go; made if absent.
        files: contents by relative name, such as "figures/gain.png".

    Returns:
        The paths, in the order of `files`.

    Raises:
        InputError: the folder or one of the files cannot be written; what stood there before still does.
    """
    folder = Path(folder)
    new = next((each for each in [*reversed(folder.parents), folder] if not each.exists()), None)
    stage: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
        for name, content in files.items():
            if (folder / name).is_dir():
                raise IsADirectoryError(21, "a folder of that name is in the way", str(folder / name))
            _write(stage / name, content)
        for name in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        for name in files:
            os.replace(stage / name, folder / name)
    except OSError as failure:
        if new is not None:
            shutil.rmtree(new, ignore_errors=True)
        raise InputError(
            "the report cannot be written",
            where=str(failure.filename or folder),
            found=failure.strerror or str(failure),
            expected="a folder that can be written to",
            mend="name another folder with --out, or free space and rights there",
        ) from failure
    finally:
        if stage is not None:
            shutil.rmtree(stage, ignore_errors=True)
    return [folder / name for name in files]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
