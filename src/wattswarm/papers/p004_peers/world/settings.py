"""The vehicles of paper 004 and what they pay: fifty that charge, discharge, idle, sell and buy for a day."""

from __future__ import annotations

from dataclasses import dataclass, field

from wattswarm.errors import InputError
from wattswarm.papers.p000_city import Battery, Tariff

ACTIONS = ("charge", "discharge", "idle", "sell", "buy")
HOURS = 24
"""Steps of an episode."""
FIRST_HOUR = 18
"""Clock at the start of an episode."""


@dataclass(frozen=True)
class Settings:
    """The population; the paper gives the number of vehicles and nothing else of it.

    Raises:
        InputError: no vehicle, shares or steps that are none or do not rise, a trip beyond the episode.
    """

    vehicles: int = 50
    battery: Battery = field(default_factory=Battery)
    tariff: Tariff = field(default_factory=Tariff)
    """What the grid asks in each slot and pays."""
    floor: float = 0.2
    """State of charge below which nothing is given away, and which a trip may not use."""
    start: tuple[float, float] = (0.2, 0.8)
    """Least and greatest state of charge at the start of an episode."""
    trip: tuple[float, float] = (0.1, 0.4)
    """Least and greatest energy of a trip, as a share of the battery."""
    leaves: tuple[int, int] = (2, 18)
    """First and last step in which a vehicle may leave, the same for it every day."""
    away: tuple[int, int] = (2, 5)
    """Least and greatest length of a trip [steps]."""
    unmet_price: float = 1.0
    """Of energy that a vehicle lacks when it leaves [currency/kWh]."""

    def __post_init__(self) -> None:
        if self.vehicles < 1:
            raise InputError(
                "there are no vehicles", where="vehicles", found=self.vehicles, expected="1 or more"
            )
        for name, (low, high), least, most in (
            ("floor", (self.floor, self.floor), 0.0, 1.0),
            ("start", self.start, self.floor, 1.0),
            ("trip", self.trip, 0.0, 1.0 - self.floor),
            ("leaves", self.leaves, 1, HOURS - 1),
            ("away", self.away, 1, HOURS - self.leaves[1]),
        ):
            if not least <= low <= high <= most:
                raise InputError(
                    "not a valid range",
                    where=name,
                    found=(low, high),
                    expected=f"{least:g} to {most:g}, rising",
                )

    @property
    def refill_price(self) -> float:
        """What it costs to give a kWh and buy it back in the cheapest slot, with wear [currency/kWh]."""
        return min(self.tariff.slots) / self.battery.efficiency**2 + self.battery.wear

    @property
    def stored_price(self) -> float:
        """What a kWh in the battery cost in the cheapest slot [currency/kWh]."""
        return min(self.tariff.slots) / self.battery.efficiency
