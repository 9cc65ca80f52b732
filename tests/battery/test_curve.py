"""Charging curves: exact on a taper, above the truth where a step crosses a corner, alike for all steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from wattswarm.battery.curve import curve_pieces, taper

RATED_KW, CAPACITY_KWH = 11.0, 40.0


def two_stage(soc: float, transition: float, hours: float) -> float:
    """State of charge after constant power up to `transition` and an exponential approach to 1 after it.

    Source: the continuous two-stage battery of ACN-Sim, Lee et al. 2021, doi 10.1109/TSG.2021.3103156.
    """
    until = max(transition - soc, 0.0) * CAPACITY_KWH / RATED_KW
    if hours <= until:
        return soc + RATED_KW * hours / CAPACITY_KWH
    start = max(soc, transition)
    rate = RATED_KW / (CAPACITY_KWH * (1 - transition))
    return 1 - (1 - start) * float(np.exp(-rate * (hours - until)))


def charged(soc: float, transition: float, hours: float, step_h: float, efficiency: float = 1.0) -> float:
    """State of charge after full-power steps on the pieces."""
    pieces = curve_pieces(taper(RATED_KW, transition), CAPACITY_KWH, efficiency, step_h)
    energy = soc * CAPACITY_KWH
    for _ in range(round(hours / step_h)):
        power = min([RATED_KW, *(kw + slope * energy for kw, slope in pieces)])
        energy += min(max(power, 0.0) * efficiency * step_h, CAPACITY_KWH - energy)
    return energy / CAPACITY_KWH


transitions = st.floats(0.5, 0.95)
steps = st.sampled_from([1 / 12, 0.25, 0.5, 1.0])


@given(transitions, steps, st.floats(0.0, 1.0), st.integers(1, 6))
def test_constant_power_and_taper_are_the_two_stage_battery(
    transition: float, step_h: float, place: float, count: int
) -> None:
    rise = RATED_KW * step_h / CAPACITY_KWH
    below = place * (transition - rise)
    if below >= 0:
        assert charged(below, transition, step_h, step_h) == pytest.approx(
            two_stage(below, transition, step_h), abs=1e-6
        )
    above = transition + place * (1 - transition)
    assert charged(above, transition, count * step_h, step_h) == pytest.approx(
        two_stage(above, transition, count * step_h), abs=1e-6
    )


@given(transitions, steps, st.floats(0.0, 1.0))
def test_a_step_across_the_transition_is_bounded_from_above(
    transition: float, step_h: float, place: float
) -> None:
    rise = RATED_KW * step_h / CAPACITY_KWH
    start = max(transition - place * rise, 0.0)
    ours, truth = charged(start, transition, step_h, step_h), two_stage(start, transition, step_h)
    assert truth - 1e-9 <= ours <= min(start + rise, 1.0) + 1e-9


@pytest.mark.parametrize(("minutes", "largest"), [(5, 0.00031), (15, 0.00249), (60, 0.0241)])
def test_the_largest_gain_of_a_crossing_step_is_small_and_known(minutes: int, largest: float) -> None:
    """In state of charge, for a transition at 80 % and 11 kW on 40 kWh."""
    step_h = minutes / 60
    rise = RATED_KW * step_h / CAPACITY_KWH
    starts = np.linspace(0.8 - rise, 0.8, 400)
    gains = [charged(s, 0.8, step_h, step_h) - two_stage(s, 0.8, step_h) for s in starts]
    assert max(gains) == pytest.approx(largest, rel=0.02)


@settings(max_examples=50)
@given(st.floats(0.0, 0.4), st.integers(1, 4), st.floats(0.8, 1.0))
def test_a_session_of_constant_power_is_the_same_in_all_steps(
    start: float, hours: int, efficiency: float
) -> None:
    each = [charged(start, 1.0, hours, m / 60, efficiency) - start for m in (5, 15, 60)]
    assert max(each) - min(each) <= 1e-9 * max(each)


@pytest.mark.parametrize(("minutes", "share"), [(15, 0.0035), (60, 0.042)])
def test_a_session_with_taper_gains_little_by_a_longer_step(minutes: int, share: float) -> None:
    """Against 5 minutes over stays of 2 to 8 hours; the gain is that of the one step across the corner."""
    gains = []
    for start in np.linspace(0.05, 0.95, 91):
        for hours in (2, 4, 8):
            fine, coarse = (charged(start, 0.8, hours, m / 60, 0.92) - start for m in (5, minutes))
            gains.append(coarse / fine - 1)
    assert min(gains) >= -1e-9
    assert max(gains) <= share


def test_each_corner_of_a_curve_is_met_and_never_exceeded() -> None:
    corners = [(0.0, 50.0), (0.3, 60.0), (0.7, 40.0), (1.0, 5.0)]
    pieces = curve_pieces(corners, 60.0, 0.95, 1e-6)
    for soc in np.linspace(0, 1, 101):
        power = (pieces[:, 0] + pieces[:, 1] * soc * 60.0).min()
        assert power == pytest.approx(np.interp(soc, *zip(*corners, strict=True)), rel=1e-5)


def test_flat_pieces_are_left_to_the_rated_power() -> None:
    assert curve_pieces(taper(11.0, 1.0), 60.0, 0.9, 0.25).shape == (0, 2)
    assert curve_pieces(taper(11.0, 0.8), 60.0, 0.9, 0.25).shape == (1, 2)
