"""Names of the forecasters, simplest first: what the command line offers and files refer to."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import Any

from wattswarm.errors import no_such
from wattswarm.forecast.contract import Forecaster
from wattswarm.forecast.kept import Keepable


@dataclass(frozen=True)
class Entry:
    """A forecaster on offer.

    Args:
        module: where it is.
        factory: class or function in it that takes fields by name.
        model: class in it of the fitted model, for files.
        description: what it does, in one sentence.
        fixed: fields that make it what its name says.
    """

    module: str
    factory: str
    model: str
    description: str
    fixed: Mapping[str, Any] = field(default_factory=dict)


def _naive(rule: str, description: str) -> Entry:
    return Entry("models.baselines", "Naive", "NaiveModel", description, {"rule": rule})


def _trees(loss: str, description: str) -> Entry:
    return Entry("models.boosting", "Boosting", "BoostingModel", description, {"loss": loss})


def _net(kind: str, description: str) -> Entry:
    return Entry("neural", "Neural", "NeuralModel", description, {"kind": kind})


_FORECASTERS: Mapping[str, Entry] = MappingProxyType(
    {
        "persistence": _naive("persistence", "The last known value, for all steps."),
        "naive-day": _naive("naive-day", "The latest known value at the same time of day."),
        "naive-week": _naive("naive-week", "The latest known value at the same time and weekday."),
        "weekday-rule": _naive("weekday-rule", "Yesterday from Tuesday to Friday, last week otherwise."),
        "arima": Entry("models.arima", "Arima", "ArimaModel", "An ARIMA model in its state-space form."),
        "lear": Entry("models.lear", "Lear", "LearModel", "A lasso autoregression for each step of the day."),
        "lear-hourly": Entry(
            "models.lear_hourly",
            "HourlyLear",
            "HourlyLearModel",
            "LEAR anew for each hour that forecasts begin at.",
        ),
        "boosting": _trees("squared", "Gradient-boosted trees on squared errors: close in the mean."),
        "boosting-l1": _trees("absolute", "Gradient-boosted trees on absolute errors: close in the median."),
        "mlp": _net("mlp", "A net without recurrence, on the same windows."),
        "lstm": _net("lstm", "An LSTM over a closed window of the past."),
        "bilstm": _net("bilstm", "A bidirectional LSTM over a closed window of the past, as in paper 001."),
        "transformer": _net("transformer", "An encoder-only transformer over a closed window of the past."),
        "ensemble": Entry("models.ensemble", "Ensemble", "EnsembleModel", "The mean of several forecasters."),
    }
)


def forecaster_names() -> tuple[str, ...]:
    """Return the names of all forecasters, simplest first."""
    return tuple(_FORECASTERS)


def describe(name: str) -> str:
    """Return what a forecaster does, in one sentence.

    Raises:
        InputError: there is no forecaster of that name.
    """
    return entry(name).description


def forecaster(name: str, **changes: Any) -> Forecaster:
    """Return a forecaster with its usual settings.

    Args:
        name: one of `forecaster_names()`.
        changes: fields to set otherwise.

    Returns:
        The forecaster.

    Raises:
        InputError: there is no forecaster or no field of that name.
    """
    known = settings(name)
    for field_name in changes:
        if field_name not in known:
            raise no_such(f"{name} has no such setting", where="settings", found=field_name, known=known)
    made: Forecaster = _factory(name)(**entry(name).fixed, **changes)
    return made


def settings(name: str) -> dict[str, Any]:
    """Return the settings of a forecaster and their usual values.

    Raises:
        InputError: there is no forecaster of that name.
    """
    fixed = entry(name).fixed
    usual = _factory(name)(**fixed)
    fields = [each.name for each in dataclasses.fields(usual) if each.init and each.name not in fixed]
    return {each: getattr(usual, each) for each in fields}


def entry(name: str) -> Entry:
    """Return where a forecaster is.

    Raises:
        InputError: there is no forecaster of that name.
    """
    if name not in _FORECASTERS:
        raise no_such("there is no such forecaster", where="model", found=name, known=_FORECASTERS)
    return _FORECASTERS[name]


def model_class(name: str) -> type[Keepable]:
    """Return the class of a fitted model by its name, to make it of its file.

    Raises:
        InputError: there is no forecaster of that name.
    """
    found = entry(name)
    made: type[Keepable] = getattr(import_module(f"wattswarm.forecast.{found.module}"), found.model)
    return made


def _factory(name: str) -> Callable[..., Any]:
    found = entry(name)
    made: Callable[..., Any] = getattr(import_module(f"wattswarm.forecast.{found.module}"), found.factory)
    return made
