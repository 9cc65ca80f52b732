"""What the user asked `wattswarm forecast` for, checked before any file is read and any time is spent."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import cast, get_args

from wattswarm.command.forecast.options import Order
from wattswarm.data import SeriesFile, open_series
from wattswarm.data.cells import Quantity, check_zone
from wattswarm.data.intake import check_repairs
from wattswarm.data.readers import Ask as Wanted
from wattswarm.errors import InputError, no_such
from wattswarm.forecast import (
    Ask,
    Forecaster,
    Known,
    Record,
    day_ahead,
    forecaster,
    next_day,
    one_step,
    read_record,
)
from wattswarm.forecast.backtest import Span, check_span, split
from wattswarm.forecast.tuning import Allowance, method_names
from wattswarm.terminal import check_file, check_out

ASKS: Mapping[str, Callable[[Record], Ask]] = MappingProxyType(
    {"one-step": lambda _: one_step(), "path": next_day, "day-ahead": day_ahead}
)
MODELS = (
    "persistence",
    "naive-day",
    "naive-week",
    "weekday-rule",
    "lear",
    "boosting",
    "boosting-l1",
    "ensemble",
)
QUICK_MODELS = ("persistence", "naive-day", "lear", "boosting")
_TOGETHER = 10
"""Settings that a search proposes at a time."""
_TRAINING = ("refit_days", "tune", "trials", "quick", "seed")
GATE_H = 12.0
"""Hours from the closure of a day-ahead market's gate to the day it is for."""


def check_order(order: Order) -> None:
    """Refuse options that are wrong by themselves, and a folder that cannot be written to."""
    check_file(order.series, "series")
    if order.apply is not None:
        _refuse_unused(order)
    if order.ask not in ASKS:
        raise no_such("there is no such question", where="--ask", found=order.ask, known=ASKS)
    if order.quantity not in get_args(Quantity):
        raise no_such(
            "there is no such quantity", where="--quantity", found=order.quantity, known=get_args(Quantity)
        )
    chosen_models(order)
    _known(order)
    _day(order.train_until, "--train-until")
    _day(order.test_from, "--test-from")
    if order.tune is not None:
        if order.tune not in method_names():
            raise no_such("there is no such search", where="--tune", found=order.tune, known=method_names())
        allowance(order)
    check_repairs(frozenset(order.repair or ()))
    if order.timezone is not None:
        check_zone(order.timezone)
    for option, value in (("--refit-days", order.refit_days), ("--late", order.late), ("--seed", order.seed)):
        if value is not None and not 0 <= value < math.inf:
            raise InputError("not a valid number", where=option, found=value, expected="0 or more")
    check_out(order.out)


def allowance(order: Order) -> Allowance:
    """Return what each search for settings may spend."""
    return Allowance(order.trials, min(_TOGETHER, order.trials))


def open_file(order: Order) -> SeriesFile:
    """Open the file of the series."""
    ask = Wanted(cast(Quantity, order.quantity), order.column, order.unit, order.timezone)
    return open_series(order.series, ask)


def lay_out(order: Order) -> tuple[Record, Ask, Span]:
    """Return the record of the file, what is asked of it, and which part is for what."""
    late_h = GATE_H if order.ask == "day-ahead" else 0.0
    record = read_record(
        order.series,
        quantity=cast(Quantity, order.quantity),
        column=order.column,
        unit=order.unit,
        timezone=order.timezone,
        repair=frozenset(order.repair or ()),
        covariates=_known(order),
        late_h=late_h if order.late is None else order.late,
    )
    ask = ASKS[order.ask](record)
    train_until = _day(order.train_until, "--train-until")
    test_from = _day(order.test_from, "--test-from")
    span = split(record, train_until, test_from, refit_days=order.refit_days, quick=order.quick)
    check_span(record, span)
    return record, ask, span


def chosen_models(order: Order) -> list[Forecaster]:
    """Return the models asked for, or the usual ones."""
    named = (order.models or ",".join(QUICK_MODELS if order.quick else MODELS)).split(",")
    return [forecaster(name.strip()) for name in dict.fromkeys(named)]


def _refuse_unused(order: Order) -> None:
    """Refuse what is said of training where a model is applied that has learned."""
    usual = Order(order.series)
    for option in (*("models", "ask", "beside", "known", "late", "train_until", "test_from"), *_TRAINING):
        if getattr(order, option) != getattr(usual, option):
            raise InputError(
                "an applied model is already trained: it fixes what is forecast and from what",
                where=f"--{option.replace('_', '-')}",
                found=getattr(order, option),
                expected="--apply with a file and how to read it",
                mend="leave the option out, or leave --apply out to judge models anew",
            )


def _known(order: Order) -> dict[str, Known]:
    """Return each column beside and when it is known, which must be said of every one."""
    told: dict[str, Known] = {}
    for word in order.known or ():
        name, _, when = word.rpartition("=")
        if when not in get_args(Known) or name not in (order.beside or ()):
            raise InputError(
                "not a statement of when a column is known",
                where="--known",
                found=word,
                expected="NAME=beforehand or NAME=afterwards, with --beside NAME",
                mend="beforehand for what was forecast before the day, afterwards for what was measured",
            )
        told[name] = cast(Known, when)
    for name in order.beside or ():
        if name not in told:
            raise InputError(
                "it is not stated when the column is known",
                where="--beside",
                found=name,
                expected=f"--known {name}=beforehand or --known {name}=afterwards",
                mend="afterwards is safe: nothing is used that could not be known",
            )
    return told


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            "not a valid date",
            where=option,
            found=text,
            expected="YYYY-MM-DD",
            mend=f"such as {option} 2025-07-01",
        ) from None
