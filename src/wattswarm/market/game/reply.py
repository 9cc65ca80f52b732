"""Best replies of vehicles to prices; `bands` and `needs` find them, one file for each kind of vehicle."""

from __future__ import annotations

from typing import NamedTuple

from jaxtyping import Array, Float

Schedules = Float[Array, "vehicle step"]
"""A number of each vehicle and step."""


class Reply(NamedTuple):
    """The cheapest schedules of vehicles at given prices."""

    power_kw: Schedules
    """Charging above 0, discharging below [kW], shape [vehicle, step]."""
    worth: Schedules
    """What one more stored kWh is worth in each step [currency/kWh], shape [vehicle, step]."""
    least: Float[Array, " vehicle"]
    """Sum of price x + curvature x^2 / 2 that no schedule goes below, shape [vehicle]. It follows from
    `worth` by duality, so that it holds however well the schedules themselves were found."""
