"""Who drives when and how far: the trips of every vehicle as arrays over the hours of the day."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float
from numpy.typing import NDArray

from wattswarm.data import Floats
from wattswarm.papers.p000_city.settings import Group, Settings

_DISTANCE = (0.75, 1.25)
"""Least and greatest length of a vehicle's own trips, as a share of its group's."""
_HOUSE = (0.5, 1.5)
"""Least and greatest load of a house, as a share of the mean."""


class People(NamedTuple):
    """Vehicles and houses; the first axis of a day is 0 on workdays and 1 at the weekend."""

    away: Bool[Array, "2 24 district vehicle"]
    """Whether the vehicle is on the road for the hour."""
    drive_kwh: Float[Array, "2 24 district vehicle"]
    """Driven in the hour on average [kWh]."""
    floor: Float[Array, " vehicle"]
    """State of charge below which nothing is sold."""
    house: Float[Array, "district home"]
    """Load of each house over the mean."""


def draw_people(settings: Settings, rng: np.random.Generator, dtype: type[np.floating]) -> People:
    """Draw every vehicle's hours and distances around those of its group, and the size of every house."""
    shape = (settings.districts, settings.vehicles)
    drive_kwh, away = np.zeros((2, 24, *shape)), np.zeros((2, 24, *shape), bool)
    first = 0
    for group in settings.groups:
        own = slice(first, first + group.vehicles)
        drive_kwh[..., own], away[..., own] = _trips(group, settings.districts, rng)
        first = own.stop
    floor = np.repeat([group.floor for group in settings.groups], [g.vehicles for g in settings.groups])
    house = rng.uniform(*_HOUSE, (settings.districts, settings.homes))
    drive, least, size = (jnp.asarray(each, dtype) for each in (drive_kwh, floor, house))
    return People(jnp.asarray(away), drive, least, size)


def _trips(group: Group, districts: int, rng: np.random.Generator) -> tuple[Floats, NDArray[np.bool_]]:
    """Return what a group drives in each hour of both kinds of day, and whether it is away."""
    shape = (districts, group.vehicles)
    drive = np.zeros((2, 24, *shape))
    length = rng.uniform(*_DISTANCE, shape)
    for trip in group.trips:
        leaves = trip.leaves + rng.integers(-trip.spread, trip.spread + 1, shape)
        for hour in range(24):
            on_road = (hour - leaves) % 24 < trip.hours
            drive[0, hour] += on_road * length * trip.kwh / trip.hours
            drive[1, hour] += 0.0 if trip.workdays else on_road * length * trip.kwh / trip.hours
    return drive, drive > 0.0
