"""Files of forecasters: tensors and a JSON card of what was learned from what; nothing in them runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from wattswarm.data import Series, SeriesFile
from wattswarm.errors import InputError
from wattswarm.files import digest, write_files
from wattswarm.forecast.ask import Ask
from wattswarm.forecast.backtest.conformal import Margins
from wattswarm.forecast.contract import Model
from wattswarm.forecast.reading import read_covariates
from wattswarm.forecast.record import Record
from wattswarm.forecast.registry import model_class
from wattswarm.forecast.state import ModelState, to_state
from wattswarm.runtime import commit, versions

FILE = "model.safetensors"
"""Name of the file in the folder of `wattswarm forecast`."""
FORMAT = 2
_LIBRARIES = ("wattswarm", "numpy", "scikit-learn", "lightgbm", "statsmodels", "jax")
_KEY = "wattswarm"
_MARGINS = "margins of the bands"


@dataclass(frozen=True)
class Saved:
    """A model from a file."""

    model: Model
    """Ready to forecast."""
    ask: Ask
    """What it learned to answer."""
    margins: Margins | None
    """Of its bands, None where it was never calibrated."""
    card: Mapping[str, Any]
    """What the file says of it: `model`, `series`, `columns`, `features`, `versions`, `commit`."""

    def record_of(self, series: Series, file: SeriesFile) -> Record:
        """Return a series as a record, with the covariates that the model was trained on.

        Raises:
            InputError: the series is of another kind, or a column is missing or holds no numbers.
        """
        columns = [(each["name"], each["known"], each["late"]) for each in self.card["columns"]]
        self._refuse_other_series(series)
        return Record(series, read_covariates(file, series, columns))

    def refuse_other(self, record: Record) -> None:
        """Refuse a record that is not of the kind that the model learned from.

        Raises:
            InputError: the unit, the step or the time zone differ, or the covariates.
        """
        self._refuse_other_series(record.target)
        if self.card["columns"] != _columns(record):
            raise InputError(
                "the model was trained with different covariates",
                where=record.target.name,
                found=json.dumps(_columns(record)),
                expected=json.dumps(self.card["columns"]),
                mend="give the same columns, known at the same times, or train again",
            )

    def _refuse_other_series(self, series: Series) -> None:
        learned, given = dict(self.card["series"]), _series_facts(series)
        for field, more in (
            ("unit", ""),
            ("step_s", ""),
            ("timezone", f"; --timezone {learned['timezone']} reads one so"),
        ):
            if learned[field] != given[field]:
                raise InputError(
                    "the model was trained on another kind of series",
                    where=f"{series.name}, {field}",
                    found=given[field],
                    expected=str(learned[field]),
                    mend=f"give a series like the one it learned from, or train again{more}",
                )


def packed(model: Model, record: Record, ask: Ask, margins: Margins | None = None) -> bytes:
    """Return the file of a model with the margins of its bands, None where it was never calibrated."""
    state = to_state(model)
    arrays = {name: np.ascontiguousarray(array) for name, array in state.arrays.items()}
    if margins is not None:
        arrays[_MARGINS] = np.ascontiguousarray(margins.margins)
    bands = None if margins is None else {"around_mean": margins.around_mean, "hourly": margins.hourly}
    card = {
        "format": FORMAT,
        "model": model.name,
        "ask": asdict(ask),
        "bands": bands,
        "series": _series_facts(record.target),
        "columns": _columns(record),
        "features": state.features,
        "facts": state.facts,
        "versions": versions(*_LIBRARIES),
        "commit": commit(),
    }
    text = json.dumps(card)
    return bytes(save(arrays, {_KEY: text, "sha256": _digest(text, arrays)}))


def save_model(path: Path, model: Model, record: Record, ask: Ask, margins: Margins | None = None) -> None:
    """Write the file of a model, whole or not at all.

    Raises:
        InputError: it cannot be written; what stood there before still does.
    """
    write_files(path.parent, {path.name: packed(model, record, ask, margins)})


def load_model(path: Path) -> Saved:
    """Read a model from its file.

    Args:
        path: of the file, or of the folder of `wattswarm forecast` that holds it.

    Raises:
        InputError: the file is missing, damaged, of another format, or not a Wattswarm forecaster.
    """
    path = path / FILE if path.is_dir() else path
    if not path.is_file():
        raise InputError("there is no such file", where=str(path), expected="a model of wattswarm forecast")
    try:
        with safe_open(path, framework="np") as file:
            header = dict(file.metadata() or {})
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
        card = json.loads(header[_KEY])
        if header["sha256"] != _digest(header[_KEY], arrays):
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
    try:
        bands, widths = card.pop("bands"), arrays.pop(_MARGINS, None)
        margins = None if bands is None or widths is None else Margins(margins=widths, **bands)
        state = ModelState(card.pop("facts"), arrays, tuple(card["features"]))
        return Saved(model_class(card["model"]).from_state(state), Ask(**card["ask"]), margins, card)
    except (KeyError, TypeError, ValueError) as failure:
        raise _damaged(path, failure) from failure


def _series_facts(series: Series) -> dict[str, Any]:
    return {
        "name": series.name,
        "unit": series.unit,
        "step_s": series.step_s,
        "timezone": series.timezone,
        "start": str(series.start),
        "end": str(series.end),
        "source": series.provenance.source,
        "sha256": series.provenance.sha256,
        "repairs": list(series.provenance.repairs),
    }


def _columns(record: Record) -> list[dict[str, Any]]:
    return [{"name": each.name, "known": each.known, "late": each.late} for each in record.covariates]


def _digest(text: str, arrays: Mapping[str, NDArray[Any]]) -> str:
    return digest(text, *(part for name in sorted(arrays) for part in (name, arrays[name])))


def _damaged(path: Path, failure: Exception) -> InputError:
    return InputError(
        "the file is damaged or is not a Wattswarm forecaster",
        where=str(path),
        found=str(failure) or type(failure).__name__,
        expected="a model of wattswarm forecast, unchanged",
        mend="restore it from a copy, or train again",
    )
