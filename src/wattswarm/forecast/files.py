"""Files of forecasters: tensors and a JSON card of what was learned from what; nothing in them runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from wattswarm.errors import InputError
from wattswarm.forecast.forecaster import Model
from wattswarm.forecast.kept import Kept, keep
from wattswarm.forecast.record import Record
from wattswarm.forecast.registry import model_class
from wattswarm.publish import publish

FORMAT = 1
_KEY = "wattswarm"
_LIBRARIES = ("wattswarm", "numpy", "lightgbm", "statsmodels")


@dataclass(frozen=True)
class Saved:
    """A model from a file.

    Args:
        model: ready to forecast.
        card: what the file tells of it: `model`, `series`, `columns`, `features`, `versions`.
    """

    model: Model
    card: Mapping[str, Any]

    def refuse_other(self, record: Record) -> None:
        """Refuse a record that is not of the kind that the model learned from.

        Raises:
            InputError: the unit, the step or the time zone differ, or the columns beside it.
        """
        learned, given = dict(self.card["series"]), _series(record)
        for field in ("unit", "step_s", "timezone"):
            if learned[field] != given[field]:
                raise InputError(
                    "the model learned from another kind of series",
                    where=f"{record.target.name}, {field}",
                    found=given[field],
                    expected=str(learned[field]),
                    mend="give a series like the one it learned from, or train again",
                )
        if self.card["columns"] != _columns(record):
            raise InputError(
                "the model learned from other columns beside the series",
                where=record.target.name,
                found=json.dumps(_columns(record)),
                expected=json.dumps(self.card["columns"]),
                mend="give the same columns, known at the same times, or train again",
            )


def packed(model: Model, record: Record) -> bytes:
    """Return the file of a model.

    Args:
        model: fitted.
        record: what it learned from.
    """
    kept = keep(model)
    arrays = {name: np.ascontiguousarray(array) for name, array in kept.arrays.items()}
    card = {
        "format": FORMAT,
        "model": model.name,
        "series": _series(record),
        "columns": _columns(record),
        "features": kept.features,
        "facts": kept.facts,
        "versions": {name: version(name) for name in _LIBRARIES},
    }
    text = json.dumps(card)
    return bytes(save(arrays, {_KEY: text, "sha256": _digest(text, arrays)}))


def save_model(path: Path, model: Model, record: Record) -> None:
    """Write the file of a model, whole or not at all.

    Args:
        path: of the file, such as `model.safetensors`.
        model: fitted.
        record: what it learned from.

    Raises:
        InputError: it cannot be written; what stood there before still does.
    """
    publish(path.parent, {path.name: packed(model, record)})


def load_model(path: Path) -> Saved:
    """Read a model from its file.

    Args:
        path: of the file.

    Returns:
        The model and what is known of it.

    Raises:
        InputError: the file is missing, damaged, of another format, or none of ours.
    """
    if not path.is_file():
        raise InputError("there is no such file", where=str(path), expected="a model of wattswarm forecast")
    try:
        with safe_open(path, framework="np") as file:
            told = dict(file.metadata() or {})
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
        card = json.loads(told[_KEY])
        if told["sha256"] != _digest(told[_KEY], arrays):
            raise ValueError("its digest is another than that written in it")
    except (SafetensorError, OSError, KeyError, ValueError) as failure:
        raise _damaged(path, failure) from failure
    if card.get("format") != FORMAT:
        raise InputError(
            "the file is of another format",
            where=str(path),
            found=card.get("format"),
            expected=f"format {FORMAT}",
            mend="train again with this version, or use the version that wrote the file",
        )
    kept = Kept(card.pop("facts"), arrays, tuple(card["features"]))
    try:
        return Saved(model_class(card["model"]).from_kept(kept), card)
    except (KeyError, TypeError, ValueError) as failure:
        raise _damaged(path, failure) from failure


def _series(record: Record) -> dict[str, Any]:
    target = record.target
    return {
        "name": target.name,
        "unit": target.unit,
        "step_s": target.step_s,
        "timezone": target.timezone,
        "start": str(target.start),
        "end": str(target.end),
        "source": target.provenance.source,
        "sha256": target.provenance.sha256,
        "repairs": list(target.provenance.repairs),
    }


def _columns(record: Record) -> list[dict[str, Any]]:
    return [{"name": each.name, "known": each.known, "late": each.late} for each in record.beside]


def _digest(text: str, arrays: Mapping[str, NDArray[Any]]) -> str:
    digest = hashlib.sha256(text.encode())
    for name in sorted(arrays):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()


def _damaged(path: Path, failure: Exception) -> InputError:
    return InputError(
        "the file is damaged or no forecaster of ours",
        where=str(path),
        found=str(failure) or type(failure).__name__,
        expected="a model of wattswarm forecast, unchanged",
        mend="restore it from a copy, or train again",
    )
