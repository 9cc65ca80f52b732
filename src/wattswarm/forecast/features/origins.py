"""What a forecaster trains on: the origins whose past and future both lie in the record."""

from __future__ import annotations

import numpy as np

from wattswarm.data import Floats
from wattswarm.errors import InputError
from wattswarm.forecast.ask import Ask, Origins
from wattswarm.forecast.record import Record


def training_origins(record: Record, ask: Ask, reach: int) -> Origins:
    """Return all origins to learn from.

    Args:
        record: as it stands at the end of training.
        reach: steps that the forecaster reads before an origin.

    Returns:
        Shape [origin].

    Raises:
        InputError: the record is too short, or its values are all the same.
    """
    needed = reach + ask.steps + (record.day if ask.daily else 0)
    if record.steps < needed:
        found = f"{record.steps} steps, {record.steps / record.day:.1f} days"
        raise too_short(record, found, f"{needed} steps, {needed / record.day:.1f} days")
    if np.ptp(record.target.values) == 0.0:
        raise InputError(
            "the series never changes: there is nothing to learn",
            where=record.target.name,
            found=f"{record.target.values[0]:g} in all {record.steps} steps",
            expected="values that differ",
            mend="check the column and the unit",
        )
    return ask.origins(record, reach)


def too_short(record: Record, found: str, least: str) -> InputError:
    """Return the error that refuses a record from which a forecaster cannot learn."""
    return InputError(
        "the record is too short to learn from",
        where=record.target.name,
        found=found,
        expected=f"at least {least}",
        mend="give a longer series, or choose a simpler model or one that looks back less",
    )


def outcomes(record: Record, origins: Origins, steps: int) -> Floats:
    """Return what came true after each origin.

    Args:
        record: reaches to the end of the last forecast.
        origins: shape [origin].

    Returns:
        In the unit of the target, shape [origin, step].
    """
    return np.asarray(record.target.values[origins[:, None] + np.arange(steps)])
