"""Paths that the user named: files to read must be there, folders to write to must let us."""

from __future__ import annotations

import os
from pathlib import Path

from wattswarm.errors import InputError


def check_file(path: Path, option: str) -> None:
    """Refuse a path that leads to no file.

    Raises:
        InputError: nothing is there, or a folder.
    """
    if path.is_dir():
        raise InputError(
            "this is a folder, not a file",
            where=option,
            found=path,
            expected="one CSV, Parquet or JSON file",
            mend="name the file inside it",
        )
    if not path.exists():
        raise InputError(
            "there is no such file",
            where=option,
            found=path,
            expected="the path of a file that exists",
            mend=f"check the spelling; paths count from {Path.cwd()}",
        )


def check_out(out: Path) -> None:
    """Refuse a folder that cannot be written to, before anything is computed for it.

    Raises:
        InputError: something else stands there, or rights are missing.
    """
    standing = next(each for each in (out, *out.absolute().parents) if each.exists())
    if standing.is_dir() and os.access(standing, os.W_OK | os.X_OK):
        return
    raise InputError(
        "nothing can be written there",
        where="--out",
        found=f"{standing} is {'a folder without the right to write' if standing.is_dir() else 'a file'}",
        expected="a folder that can be written to; it is made where it is missing",
        mend="name another folder with --out",
    )
