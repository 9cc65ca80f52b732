"""The phases of a load: line currents of wye and delta loads, and their unbalance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wattswarm.errors import InputError

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

_VOLTAGES = np.exp(-2j * np.pi / 3 * np.arange(3))
_LINES = {"L1": (0,), "L2": (1,), "L3": (2,), "L1L2": (0, 1), "L2L3": (1, 2), "L3L1": (2, 0)}


def phase_incidence(phases: str) -> Complexes:
    """Return the three line currents that 1 kW at unit power factor draws.

    The unit is kW at the nominal line-to-neutral voltage: 1 kW on one phase draws a current of 1, a
    balanced load of 1 kW draws 1/3 on each line, 1 kW between two lines draws 1/sqrt(3) on both, 30
    degrees off their own voltages.

    Args:
        phases: `L1`, `L2`, `L3` (wye), `L1L2`, `L2L3`, `L3L1` (delta) or `L1L2L3` (balanced).

    Returns:
        Line currents, shape [3], as phasors against the voltage of L1.

    Raises:
        InputError: `phases` is not one of these.

    Source: I = conj(S / V) for each load; V of a delta load is the difference of two phase voltages.
    """
    if phases == "L1L2L3":
        return np.asarray(_VOLTAGES / 3)
    lines = _LINES.get(phases)
    if lines is None:
        raise InputError(
            "no such connection to the phases", found=phases, expected=f"L1L2L3, {', '.join(_LINES)}"
        )
    ends = np.zeros(3)
    ends[list(lines)] = (1.0, -1.0)[: len(lines)]
    return np.asarray(ends / np.conj(ends @ _VOLTAGES))


def line_currents(kw: Floats, phases: Sequence[str], voltage_v: float = 230.0) -> Complexes:
    """Return the exact line currents of several loads at nominal voltage and unit power factor.

    Args:
        kw: power of each load, negative where it feeds in, shape [loads].
        phases: of each load, as in `phase_incidence`.
        voltage_v: line-to-neutral voltage [V].

    Returns:
        Phasors of the currents on L1, L2 and L3 [A], shape [3].
    """
    if len(phases) == 0:
        return np.zeros(3, complex)
    incidence = np.stack([phase_incidence(each) for each in phases])
    return np.asarray(np.asarray(kw, float) @ incidence * 1e3 / voltage_v)


def unbalance(currents: Complexes) -> float:
    """Return the largest deviation of a line current from the mean of the three, as a share of the mean.

    Args:
        currents: phasors or magnitudes of the line currents, shape [3].

    Returns:
        0 when balanced (or all zero), 2 when one line carries everything.

    Source: the definition of NEMA MG 1-14.35, applied to currents.
    """
    size = np.abs(currents)
    mean = float(size.mean())
    return float(np.abs(size - mean).max()) / mean if mean > 0 else 0.0
