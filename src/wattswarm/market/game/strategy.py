"""What vehicles may do in a game of prices, and their best replies; each kind of vehicle is one file."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from jaxtyping import Array, Float


class Reply(NamedTuple):
    """The cheapest schedules of vehicles at given prices.

    Args:
        power_kw: charging above 0, discharging below [kW], shape [vehicle, step].
        worth: what one more stored kWh is worth in each step [currency/kWh], shape [vehicle, step].
        least: sum of price x + curvature x^2 / 2 that no schedule goes below, shape [vehicle]. It follows
            from `worth` by duality, so that it holds however well the schedules themselves were found.
    """

    power_kw: Float[Array, "vehicle step"]
    worth: Float[Array, "vehicle step"]
    least: Float[Array, " vehicle"]


class Strategies(Protocol):
    """The schedules that each of some vehicles may choose from: a convex set for each."""

    @property
    def most_kw(self) -> Float[Array, "vehicle step"]:
        """Highest power in either direction, 0 while away [kW], shape [vehicle, step]."""

    @property
    def step_h(self) -> Float[Array, ""]:
        """Length of a step [h]."""

    def reply(self, price: Float[Array, "vehicle step"], curvature: Float[Array, "vehicle step"]) -> Reply:
        """Return the schedules that minimise sum of price x + curvature x^2 / 2."""

    def response(
        self,
        price: Float[Array, "vehicle step"],
        curvature: Float[Array, "vehicle step"],
        worth: Float[Array, "vehicle step"],
        place: Float[Array, "vehicle place"],
    ) -> Float[Array, "place step step"]:
        """Return by how much vehicles of a place draw less in a step as the price of another step rises.

        Args:
            price: as for `reply`.
            curvature: as for `reply`.
            worth: what `reply` returned.
            place: 1 where a vehicle stands at a place.
        """
