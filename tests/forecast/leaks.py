"""The generic test for leaks: what is not known at an origin may not change its forecast by one bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from wattswarm.data.series import Floats
from wattswarm.forecast.ask import Ask
from wattswarm.forecast.contract import Forecaster, Model
from wattswarm.forecast.record import Beside, Record


def assert_no_leak(
    forecaster: Forecaster, record: Record, ask: Ask, *, truth: Record | None = None, share: float = 0.7
) -> Model:
    """Assert that a forecaster uses only what is known.

    It learns from the first part of the record. Then, origin by origin, all that is not known there is
    perturbed and permuted: the forecast stays the same to the bit, so its skill does too.

    Args:
        forecaster: under test.
        record: with the columns as the forecaster is told that they are known.
        ask: what is asked.
        truth: with the columns as they are really known, where that differs.
        share: of the record to learn from.

    Returns:
        The model, for further assertions.
    """
    end = int(share * record.steps)
    model = forecaster.fit(record.until(end), ask)
    again = forecaster.fit(unknown_changed(record, truth or record, end, ask.steps, "noise").until(end), ask)
    origins = ask.origins(record, end)
    picked = origins[[0, len(origins) // 2, -1]]
    _assert_same(model, again, record, picked[:1])
    for origin in picked:
        at = np.asarray([origin])
        honest = model.predict(record, at)
        assert honest.mean.shape == (1, ask.steps)
        assert np.isfinite(honest.mean).all()
        for way in ("noise", "permuted"):
            changed = unknown_changed(record, truth or record, int(origin), ask.steps, way)
            later = model.predict(changed, at)
            np.testing.assert_array_equal(honest.mean, later.mean, err_msg=f"{forecaster.name} looks ahead")
            if honest.quantiles is not None and later.quantiles is not None:
                np.testing.assert_array_equal(honest.quantiles, later.quantiles)
    return model


def unknown_changed(record: Record, truth: Record, origin: int, steps: int, way: str) -> Record:
    """Return a record with all that is not known at an origin perturbed or permuted.

    Args:
        record: to change.
        truth: its columns as they are really known.
        origin: first unknown step.
        steps: forecast from it.
        way: `noise` or `permuted`.
    """
    target = replace(record.target, values=_changed(record.target.values, origin, way))
    beside = tuple(
        replace(each, values=_changed(each.values, _first_unknown(true, origin, steps), way))
        for each, true in zip(record.beside, truth.beside, strict=True)
    )
    return Record(target, beside)


def _first_unknown(column: Beside, origin: int, steps: int) -> int:
    return origin + steps if column.known == "beforehand" else max(0, origin - column.late)


def _changed(values: Floats, first: int, way: str) -> Floats:
    generator = np.random.default_rng(7)
    later = values[first:]
    shaken = (
        generator.permutation(later) if way == "permuted" else later + generator.normal(50, 99, later.shape)
    )
    return np.concatenate([values[:first], shaken])


def _assert_same(one: Model, other: Model, record: Record, origins: np.ndarray) -> None:
    np.testing.assert_array_equal(one.predict(record, origins).mean, other.predict(record, origins).mean)
