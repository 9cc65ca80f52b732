"""Feeders: what is a tree and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.grid import Feeder, ieee33, radial_feeder


def _fork(**changes: object) -> Feeder:
    """A substation, one trunk and two branches; bus 1 hangs below bus 3."""
    lines: dict[str, object] = {
        "parent": [-1, 3, 3, 0],
        "resistance_ohm": [0.0, 1.0, 2.0, 4.0],
        "reactance_ohm": [0.0, 0.1, 0.2, 0.4],
        "base_kv": 10.0,
    }
    return radial_feeder(**(lines | changes))  # type: ignore[arg-type]


def test_common_path_impedance_is_that_of_the_shared_lines() -> None:
    ohm = 10.0**2 * 1000 / 1000.0
    common = np.asarray(_fork().common_resistance_pu) * ohm
    np.testing.assert_allclose(common[1:, 1:], [[5, 4, 4], [4, 6, 4], [4, 4, 4]], rtol=1e-12)
    assert np.all(common[0] == 0)


def test_the_path_of_a_bus_names_its_lines_whatever_the_order_of_the_buses() -> None:
    assert np.flatnonzero(np.asarray(_fork().path)[:, 1]).tolist() == [0, 1, 3]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"parent": [-1, 2, 1, 0]}, "not radial"),
        ({"parent": [-1, 1, 0, 0]}, "not radial"),
        ({"parent": [0, 0, 0, 0]}, "no substation"),
        ({"parent": [-1, 0, -1, 0]}, "does not exist"),
        ({"parent": [-1, 0, 4, 0]}, "does not exist"),
        ({"parent": []}, "no substation"),
        ({"resistance_ohm": [0.0, 1.0]}, "wrong number"),
        ({"resistance_ohm": [0.0, -1.0, 1.0, 1.0]}, "negative"),
        ({"resistance_ohm": [1.0, 1.0, 1.0, 1.0]}, "no line of its own"),
        ({"base_p_kw": [0.0, np.nan, 0.0, 0.0]}, "not a number"),
        ({"ampacity_a": [1.0, 1.0, 0.0, 1.0]}, "cannot carry"),
        ({"base_kv": 0.0}, "not physical"),
    ],
)
def test_what_is_no_radial_feeder_is_refused_with_its_place(changes: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words) as refusal:
        _fork(**changes)
    assert refusal.value.where.startswith("feeder, ")


def test_the_33_buses_carry_the_published_load() -> None:
    feeder = ieee33()
    assert len(feeder.parent) == 33
    assert float(feeder.base_p_kw.sum()) == 3715.0
    assert float(feeder.base_q_kvar.sum()) == 2300.0
