"""Line currents of single-phase, line-to-line and balanced loads."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from wattswarm.errors import InputError
from wattswarm.grid import line_currents, phase_incidence, unbalance

VOLTAGES = np.exp(-2j * np.pi / 3 * np.arange(3))
PHASES = ("L1", "L2", "L3", "L1L2", "L2L3", "L3L1", "L1L2L3")


@pytest.mark.parametrize("phases", PHASES)
def test_the_line_currents_carry_exactly_the_real_power_of_the_load_and_nothing_else(phases):
    power = (VOLTAGES * np.conj(phase_incidence(phases))).sum()
    assert power == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("phases", PHASES[3:])
def test_a_load_without_neutral_returns_no_current(phases):
    assert abs(phase_incidence(phases).sum()) < 1e-12


def test_a_line_to_line_load_draws_power_over_line_voltage_from_both_lines():
    amps = np.abs(line_currents(np.array([6.6]), ["L2L3"], voltage_v=120.0))
    assert amps == pytest.approx([0.0, 6600 / (120 * np.sqrt(3)), 6600 / (120 * np.sqrt(3))], abs=1e-9)


def test_a_balanced_wye_draws_a_third_of_the_power_on_each_phase():
    single = line_currents(np.array([4.0, 4.0, 4.0]), ["L1", "L2", "L3"])
    whole = line_currents(np.array([12.0]), ["L1L2L3"])
    assert single == pytest.approx(whole)
    assert np.abs(whole) == pytest.approx(np.full(3, 12e3 / 3 / 230))


def test_a_closed_delta_of_equal_loads_is_balanced():
    currents = line_currents(np.array([5.0, 5.0, 5.0]), ["L1L2", "L2L3", "L3L1"])
    assert currents == pytest.approx(line_currents(np.array([15.0]), ["L1L2L3"]))
    assert unbalance(currents) == pytest.approx(0.0, abs=1e-12)


@given(st.lists(st.tuples(st.sampled_from(PHASES), st.floats(-50, 50)), max_size=8))
def test_feeding_in_reverses_every_current(loads):
    kw, phases = np.array([power for _, power in loads]), [phase for phase, _ in loads]
    assert line_currents(-kw, phases) == pytest.approx(-line_currents(kw, phases))


def test_unbalance_is_the_largest_deviation_over_the_mean():
    assert unbalance(np.array([10.0, 11.0, 12.0])) == pytest.approx(1 / 11)
    assert unbalance(np.array([9.0, 0.0, 0.0])) == pytest.approx(2.0)
    assert unbalance(np.zeros(3)) == 0.0


def test_an_unknown_connection_is_refused():
    with pytest.raises(InputError, match="L1L3"):
        phase_incidence("L1L3")
