"""Files of learners: tensors by key path and a JSON header, in the safetensors format; nothing is executed.

A file is written under another name, forced to disk and renamed, so that it is always whole. It is read only
if its tensors have the names, shapes and kinds that the learner expects.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from wattswarm.errors import InputError
from wattswarm.files import Content, write_files
from wattswarm.learn.training.acting import Named
from wattswarm.runtime import versions

FORMAT = 1
_KEY = "wattswarm"
_MOST_HEADER_BYTES = 1 << 24
_LISTED = 3
_READABLE = 0o644
"""Rights of the files: all may read them, as any other result."""


def save(path: Path, leaves: Named, header: Mapping[str, Any]) -> None:
    """Write tensors and a header, whole or not at all.

    Args:
        path: of the file; its folder is made if absent.
        leaves: arrays by name; random keys are stored as their data.
        header: JSON values.

    Raises:
        InputError: the file cannot be written; an earlier one is still there.
    """
    tensors = {name: np.asarray(_plain(leaf), order="C") for name, leaf in leaves.items()}
    text = json.dumps({"format": FORMAT, "versions": versions("wattswarm", "jax", "equinox"), **header})

    def write(part: Path) -> None:
        try:
            save_file(tensors, part, {_KEY: text})
        except SafetensorError as failure:
            raise OSError(str(failure)) from failure
        part.chmod(_READABLE)

    write_whole(path, write)


def write_whole(path: Path, content: Content) -> None:
    """Write a file of a training, whole or not at all; see `save` for the error."""
    write_files(
        path.parent,
        {path.name: content},
        what="the training cannot be saved",
        mend="free space or get write permission there, then train again: it resumes from the last save",
    )


def read_header(path: Path) -> dict[str, Any]:
    """Return the header of a file.

    Raises:
        InputError: it is missing, damaged, or no file of ours.
    """
    _refuse_bad_file(path)
    try:
        with safe_open(path, framework="np") as file:
            header = json.loads((file.metadata() or {})[_KEY])
    except (SafetensorError, OSError, KeyError, ValueError) as failure:
        raise _damaged(path, failure) from failure
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise InputError(
            "the file has another format",
            where=str(path),
            found=header.get("format") if isinstance(header, dict) else header,
            expected=f"format {FORMAT}",
            mend="train again with this version, or use the version that wrote the file",
        )
    settings = header.get("configuration", {}).get("learner", {}).get("settings", {})
    if "lanes" in settings:
        # As files written before December 2026 call it.
        settings["environments"] = settings.pop("lanes")
    return header


def load(path: Path, expected: Named) -> Named:
    """Return the tensors of a file, if they are exactly those expected.

    Args:
        expected: shapes and dtypes by name.

    Returns:
        Arrays by name, in the precision of the file.

    Raises:
        InputError: the file is missing or damaged, or a tensor is missing, foreign or of another shape.
    """
    _refuse_bad_file(path)
    try:
        with safe_open(path, framework="np") as file:
            _refuse_other_names(path, set(file.keys()), set(expected))
            return {name: _tensor(path, file, name, like) for name, like in expected.items()}
    except (SafetensorError, OSError) as failure:
        raise _damaged(path, failure) from failure


def _tensor(path: Path, file: Any, name: str, like: Any) -> Any:
    key = jnp.issubdtype(like.dtype, jax.dtypes.prng_key)
    plain = jax.eval_shape(_plain, like)
    shape = tuple(file.get_slice(name).get_shape())
    if shape != tuple(plain.shape):
        raise _unlike(path, name, f"shape {shape}", f"shape {tuple(plain.shape)}")
    values = file.get_tensor(name)
    if values.dtype.kind != np.dtype(plain.dtype).kind:
        raise _unlike(path, name, values.dtype.name, np.dtype(plain.dtype).name)
    return jax.random.wrap_key_data(jnp.asarray(values)) if key else jnp.asarray(values)


def _plain(leaf: Any) -> Any:
    return jax.random.key_data(leaf) if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key) else leaf


def _refuse_bad_file(path: Path) -> None:
    """Refuse a file whose stated header is longer than the file or than any of ours."""
    if not path.is_file():
        raise InputError(
            "there is no such file",
            where=str(path),
            expected="a file written by wattswarm train",
            mend="check the spelling of the folder",
        )
    with path.open("rb") as file:
        stated = int.from_bytes(file.read(8), "little")
    if not 2 <= stated <= min(_MOST_HEADER_BYTES, path.stat().st_size - 8):
        raise _damaged(path, ValueError("its length does not fit what its first bytes state"))


def _refuse_other_names(path: Path, found: set[str], expected: set[str]) -> None:
    if found == expected:
        return
    unexpected, missing = sorted(found - expected), sorted(expected - found)
    raise InputError(
        "the tensors are not those of this learner",
        where=str(path),
        found=f"unexpected: {_list(unexpected)}; missing: {_list(missing)}",
        expected=f"{len(expected)} tensors of the learner named in the header",
        mend="do not change these files by hand; train again",
    )


def _list(names: list[str]) -> str:
    if not names:
        return "none"
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def _unlike(path: Path, name: str, found: str, expected: str) -> InputError:
    return InputError(
        f"the tensor {name} does not fit this learner",
        where=str(path),
        found=found,
        expected=expected,
        mend="use the problem and the settings that it was trained with",
    )


def _damaged(path: Path, failure: Exception) -> InputError:
    return InputError(
        "the file is damaged or was not written by wattswarm",
        where=str(path),
        found=str(failure) or type(failure).__name__,
        expected="a file written by wattswarm train, unchanged",
        mend="restore it from a copy, or train again in another folder",
    )
