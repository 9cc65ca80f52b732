"""What comes from outside, hour by hour: slot of the tariff, wholesale prices, sun, load of a house."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int
from numpy.typing import NDArray

from wattswarm.data import Floats, Integers
from wattswarm.data.generate import generate_load, generate_solar
from wattswarm.papers.p000_city.settings import Settings
from wattswarm.site import Location, Solar

PLACE = Location(latitude=52.0, longitude=5.0, altitude_m=0.0, timezone="Etc/GMT-1")
"""Where the sun shines: in the Netherlands, on a clock without summer time."""
FIRST_HOUR = np.datetime64("2024-01-01T00", "s")
"""A Monday, by the city's clock."""


class Surroundings(NamedTuple):
    """The outside world, which comes round again after its last hour."""

    slot: Int[Array, " hour"]
    """Place in `SLOTS`."""
    weekend: Int[Array, " hour"]
    """1 on Saturdays and Sundays."""
    wholesale: Float[Array, " hour"]
    """What a station pays and is paid for a kWh [currency/kWh]."""
    roof_kwh: Float[Array, " hour"]
    """Sun on every house [kWh]."""
    load_kwh: Float[Array, " hour"]
    """Load of a mean house [kWh]."""


def slot_of(hour_of_day: Integers) -> NDArray[np.int32]:
    peak = (hour_of_day >= 17) & (hour_of_day < 21)
    off_peak = (hour_of_day >= 23) | (hour_of_day < 7)
    return np.where(peak, 2, np.where(off_peak, 0, 1)).astype(np.int32)


def draw_surroundings(
    settings: Settings, rng: np.random.Generator, dtype: type[np.floating], wholesale: Floats | None = None
) -> Surroundings:
    """Draw sun and load of the city's days.

    Args:
        rng: source of the clouds and of the load's noise.
        wholesale: market price of each hour from the first Monday on [currency/kWh], None for a share of the
            grid price.
    """
    hours = 24 * settings.days
    at = np.arange(hours)
    times = FIRST_HOUR - np.timedelta64(3600, "s") + at * np.timedelta64(3600, "s")
    slot = slot_of(at % 24)
    roof = Solar(peak_kw=max(settings.roof_kw, 1e-9))
    sun = generate_solar(PLACE, roof, times=times, step_s=3600, rng=rng)
    load = generate_load("household", settings.load_kw, times=times, timezone=PLACE.timezone, rng=rng)
    grid = np.asarray(settings.tariff.slots)[slot]
    price = settings.tariff.wholesale_share * grid if wholesale is None else np.resize(wholesale, hours)
    weekend = (at // 24 % 7 >= 5).astype(np.int32)
    numbers = (jnp.asarray(each, dtype) for each in (price, sun, load))
    return Surroundings(jnp.asarray(slot), jnp.asarray(weekend), *numbers)
