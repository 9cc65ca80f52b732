"""Charging curves as concave pieces, exact for the length of a step: constant power, then taper."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


def curve_pieces(
    points: Sequence[tuple[float, float]], capacity_kwh: float, efficiency: float, step_h: float
) -> NDArray[np.float64]:
    """Turn a charging curve into affine upper bounds of the mean power over one step.

    A falling piece P(E) = a - b E is followed inside the step: the energy then approaches its limit
    exponentially, so the mean power is (a - b E) (1 - exp(-b eta h)) / (b eta h), which is what makes
    5, 15 and 60 minute steps agree. Rising pieces are held at the value of the start of the step.

    Args:
        points: corners (state of charge 0..1, power [kW, grid side]) with rising state of charge, concave.
        capacity_kwh: capacity of the battery [kWh].
        efficiency: share of the drawn energy that is stored.
        step_h: length of the step [h].

    Returns:
        Intercept [kW] and slope [kW/kWh] of every sloping piece, shape [piece, 2].

    Source:
        Lee et al. 2021, ACN-Sim, two-stage battery, doi 10.1109/TSG.2021.3103156.
    """
    pieces = []
    for (soc_a, kw_a), (soc_b, kw_b) in pairwise(points):
        slope = (kw_b - kw_a) / ((soc_b - soc_a) * capacity_kwh)
        if slope == 0.0:
            continue
        intercept = kw_a - slope * soc_a * capacity_kwh
        factor = 1.0
        if slope < 0.0:
            decay = -slope * efficiency * step_h
            factor = -np.expm1(-decay) / decay
        pieces.append((intercept * factor, slope * factor))
    return np.array(pieces, dtype=np.float64).reshape(-1, 2)


def taper(power_kw: float, from_soc: float, empty_at_soc: float = 1.0) -> list[tuple[float, float]]:
    """Return the corners of a two-stage curve: constant power, then linear to zero at `empty_at_soc`."""
    if from_soc >= empty_at_soc:
        return [(0.0, power_kw), (empty_at_soc, power_kw)]
    return [(0.0, power_kw), (from_soc, power_kw), (empty_at_soc, 0.0)]
