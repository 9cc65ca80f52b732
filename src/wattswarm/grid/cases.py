"""Published test feeders: the 33 buses of Baran and Wu, with the tie lines open."""

from __future__ import annotations

from typing import Final

import numpy as np

from wattswarm.grid.feeder import Feeder, radial_feeder

# Each row is one line: from, to (numbered from 1 as published), ohm, ohm, then kW and kvar at its far end.
IEEE33_LINES: Final = (
    (1, 2, 0.0922, 0.0470, 100, 60),
    (2, 3, 0.4930, 0.2511, 90, 40),
    (3, 4, 0.3660, 0.1864, 120, 80),
    (4, 5, 0.3811, 0.1941, 60, 30),
    (5, 6, 0.8190, 0.7070, 60, 20),
    (6, 7, 0.1872, 0.6188, 200, 100),
    (7, 8, 0.7114, 0.2351, 200, 100),
    (8, 9, 1.0300, 0.7400, 60, 20),
    (9, 10, 1.0440, 0.7400, 60, 20),
    (10, 11, 0.1966, 0.0650, 45, 30),
    (11, 12, 0.3744, 0.1238, 60, 35),
    (12, 13, 1.4680, 1.1550, 60, 35),
    (13, 14, 0.5416, 0.7129, 120, 80),
    (14, 15, 0.5910, 0.5260, 60, 10),
    (15, 16, 0.7463, 0.5450, 60, 20),
    (16, 17, 1.2890, 1.7210, 60, 20),
    (17, 18, 0.7320, 0.5740, 90, 40),
    (2, 19, 0.1640, 0.1565, 90, 40),
    (19, 20, 1.5042, 1.3554, 90, 40),
    (20, 21, 0.4095, 0.4784, 90, 40),
    (21, 22, 0.7089, 0.9373, 90, 40),
    (3, 23, 0.4512, 0.3083, 90, 50),
    (23, 24, 0.8980, 0.7091, 420, 200),
    (24, 25, 0.8960, 0.7011, 420, 200),
    (6, 26, 0.2030, 0.1034, 60, 25),
    (26, 27, 0.2842, 0.1447, 60, 25),
    (27, 28, 1.0590, 0.9337, 60, 20),
    (28, 29, 0.8042, 0.7006, 120, 70),
    (29, 30, 0.5075, 0.2585, 200, 600),
    (30, 31, 0.9744, 0.9630, 150, 70),
    (31, 32, 0.3105, 0.3619, 210, 100),
    (32, 33, 0.3410, 0.5302, 60, 40),
)


def ieee33() -> Feeder:
    """The 33-bus feeder at 12.66 kV, total load 3715 kW and 2300 kvar, lowest voltage 0.9131 pu.

    Bus k of the publication is bus k - 1 here. The publication gives no line ratings.

    Returns:
        The feeder with the five tie lines open.

    Source:
        Baran and Wu, IEEE Trans. Power Delivery 4(2) 1989, 1401-1407, doi 10.1109/61.25627.
    """
    columns = np.zeros((len(IEEE33_LINES) + 1, 4))
    parent = [-1] * len(columns)
    for sending, receiving, *values in IEEE33_LINES:
        parent[receiving - 1] = sending - 1
        columns[receiving - 1] = values
    resistance, reactance, active, reactive = columns.T
    return radial_feeder(parent, resistance, reactance, base_kv=12.66, base_p_kw=active, base_q_kvar=reactive)
