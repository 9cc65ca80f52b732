"""Names of the forecasters, simplest first: what the command line offers and files refer to."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wattswarm.errors import InputError, no_such
from wattswarm.forecast.contract import Forecaster
from wattswarm.forecast.state import Saveable
from wattswarm.registry import Catalogue, Entry, load

_MODELS = "wattswarm.forecast.models"


@dataclass(frozen=True)
class ForecasterEntry(Entry):
    """A forecaster on offer: a class or function that takes fields by name."""

    model: str = ""
    """Class of the fitted model as "module:attribute", for files; none of those that are not kept."""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Fields that make it what its name says."""


def _at(module: str, factory: str, description: str, **fixed: Any) -> ForecasterEntry:
    return ForecasterEntry(f"{module}:{factory}", description, f"{module}:{factory}Model", fixed)


def _naive(rule: str, description: str) -> ForecasterEntry:
    return _at(f"{_MODELS}.baselines", "Naive", description, rule=rule)


def _trees(loss: str, description: str) -> ForecasterEntry:
    return _at(f"{_MODELS}.boosting", "Boosting", description, loss=loss)


def _net(kind: str, description: str) -> ForecasterEntry:
    return _at("wattswarm.forecast.neural", "Neural", description, kind=kind)


_FORECASTERS = Catalogue(
    "forecaster",
    "wattswarm.forecasters",
    ForecasterEntry,
    {
        "persistence": _naive("persistence", "The last known value, for all steps."),
        "naive-day": _naive("naive-day", "The latest known value at the same time of day."),
        "naive-week": _naive("naive-week", "The latest known value at the same time and weekday."),
        "weekday-rule": _naive("weekday-rule", "Yesterday from Tuesday to Friday, last week otherwise."),
        "arima": _at(f"{_MODELS}.arima", "Arima", "An ARIMA model in its state-space form."),
        "lear": _at(f"{_MODELS}.lear", "Lear", "A lasso autoregression for each step of the day."),
        "lear-hourly": _at(
            f"{_MODELS}.lear_hourly", "HourlyLear", "LEAR anew for each hour that forecasts begin at."
        ),
        "boosting": _trees("squared", "Gradient-boosted trees on squared errors: close in the mean."),
        "boosting-l1": _trees("absolute", "Gradient-boosted trees on absolute errors: close in the median."),
        "mlp": _net("mlp", "A net without recurrence, on the same windows."),
        "lstm": _net("lstm", "An LSTM over a closed window of the past."),
        "bilstm": _net("bilstm", "A bidirectional LSTM over a closed window of the past, as in paper 001."),
        "transformer": _net("transformer", "An encoder-only transformer over a closed window of the past."),
        "ensemble": _at(f"{_MODELS}.ensemble", "Ensemble", "The mean of several forecasters."),
    },
    where="model",
)


def forecaster_names() -> tuple[str, ...]:
    """Return the names of all forecasters, simplest first."""
    return tuple(_FORECASTERS)


def describe(name: str) -> str:
    """Return what a forecaster does, in one sentence.

    Raises:
        InputError: there is no forecaster of that name.
    """
    return _FORECASTERS[name].description


def forecaster(name: str, **changes: Any) -> Forecaster:
    """Return a forecaster with its usual settings.

    Args:
        name: one of `forecaster_names()`.
        changes: fields to set otherwise.

    Raises:
        InputError: there is no forecaster or no field of that name.
    """
    known = settings(name)
    for field_name in changes:
        if field_name not in known:
            raise no_such(f"{name} has no such setting", where="settings", found=field_name, known=known)
    entry = _FORECASTERS[name]
    made: Forecaster = entry.load()(**entry.fixed, **changes)
    return made


def settings(name: str) -> dict[str, Any]:
    """Return the settings of a forecaster and their usual values.

    Raises:
        InputError: there is no forecaster of that name.
    """
    entry = _FORECASTERS[name]
    usual = entry.load()(**entry.fixed)
    fields = [each.name for each in dataclasses.fields(usual) if each.init and each.name not in entry.fixed]
    return {each: getattr(usual, each) for each in fields}


def model_class(name: str) -> type[Saveable]:
    """Return the class of a fitted model by its name, to make it of its file.

    Raises:
        InputError: there is no forecaster of that name, or its models are not kept.
    """
    target = _FORECASTERS[name].model
    if not target:
        raise InputError(
            "the models of this forecaster cannot be saved",
            where="model",
            found=name,
            expected="an entry point that names a ForecasterEntry with the class of its models",
        )
    made: type[Saveable] = load(target)
    return made
