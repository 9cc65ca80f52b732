"""The city of paper 000 as a problem: vehicles choose what to draw or give, stations what to ask for it.

Both kinds of agents share one layout and heed what is theirs of it: a choice is an energy for vehicles and a
price for stations. Tables cut vehicles and stations by bins of their own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from wattswarm.learn import Layout
from wattswarm.learn.algorithms.value import Tabular, TabularState
from wattswarm.learn.parts import Bins, Kind, evenly
from wattswarm.papers.p000_city.measures import Row, add, names_of, stacked
from wattswarm.papers.p000_city.world import City, Requests, State, View, begin, look, step
from wattswarm.papers.p000_city.world.reward import reward, welfare
from wattswarm.tasks import Observation, Timestep

CHOICES = ((0.0, 1.0), (0.25, 0.8), (0.5, 0.9), (0.75, 1.1), (1.0, 1.2), (-0.5, 1.0), (-1.0, 1.0))
"""Share of what a vehicle can draw (above 0) or give, and a station's multiplier of the grid price."""
PRICES = 5
"""Choices of a station, the first ones."""
FEATURES = ("stored", "slot", "plugged", "outage", "demand", "hour")
VEHICLE_BINS = (
    evenly("stored", 0.0, 1.0, 10),
    Bins("slot", (0.5, 1.5)),
    Bins("plugged", (0.5,)),
    Bins("outage", (0.5,)),
)
"""Ten states of charge, three slots, on the road or not, outage or not (models.md 2.2)."""
STATION_BINS = (evenly("stored", 0.0, 1.0, 5), Bins("slot", (0.5, 1.5)), Bins("demand", (0.5, 1.5)))
"""Five fillings of the buffer, three slots, demand low, usual and high (models.md 2.2)."""
HOURLY_BINS = (VEHICLE_BINS[0], evenly("hour", 0.0, 24.0, 24), *VEHICLE_BINS[2:])
"""The same with the hour instead of the slot, so that a vehicle knows how near its trip is."""
_LEAST_KWH = 1e-3
"""Less than this is not worth a payment."""


class EpisodeState(NamedTuple):
    """The city and the figures of the day so far."""

    city: State
    day: Row


class CityProblem(eqx.Module):
    """A city that never ends; `horizon` is what a greedy evaluation plays."""

    city: City
    horizon: int = eqx.field(static=True, default=24 * 7)
    """Hours of an evaluation."""

    @property
    def agents(self) -> tuple[int, int]:
        """Number of vehicles and of stations."""
        settings = self.city.settings
        return settings.districts * settings.vehicles, settings.districts * settings.stations

    @property
    def layout(self) -> Layout:
        """Vehicles district by district, then stations."""
        vehicles, stations = self.agents
        names = (*(f"vehicle {at}" for at in range(vehicles)), *(f"station {at}" for at in range(stations)))
        return Layout("city", names, FEATURES, 1, ("energy", "price"), CHOICES)

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the figures of a day."""

        return names_of(self.city)

    def reset(self, key: PRNGKeyArray) -> tuple[EpisodeState, Observation]:
        """Start on the first Monday."""
        state = EpisodeState(begin(self.city, key), jnp.zeros(len(self.measures), self.city.dtype))
        return state, self.see(look(self.city, state.city))

    def step(
        self, state: EpisodeState, controls: Float[Array, "agent control"]
    ) -> tuple[EpisodeState, Timestep]:
        """Advance by an hour; the score is the city's welfare."""
        city = self.city
        view = look(city, state.city)
        after, flows = step(city, view, self.requests(controls))
        paid = reward(city, flows)
        so_far = jnp.where(state.city.hour % 24 == 0, jnp.zeros_like(state.day), state.day)
        seen = self.see(look(city, after))
        one = jnp.ones((), city.dtype)
        pay = jnp.concatenate([paid.vehicles.ravel(), paid.stations.ravel()])
        turn = Timestep(seen, pay, 0.0 * one, one, seen, welfare(city, flows))
        return EpisodeState(after, add(so_far, stacked(city, flows), self.measures)), turn

    def requests(self, controls: Float[Array, "agent control"]) -> Requests:
        vehicles, _ = self.agents
        districts = self.city.settings.districts
        controls = controls.astype(self.city.dtype)
        energy = controls[:vehicles, 0].reshape(districts, -1)
        return Requests(energy, controls[vehicles:, 1].reshape(districts, -1))

    def see(self, view: View) -> Observation:
        """Return what the agents see of the start of an hour."""
        settings, state, dtype = self.city.settings, view.state, self.city.dtype
        (vehicles, stations), buffer = self.agents, max(settings.station.buffer_kwh, 1e-9)
        slot = jnp.broadcast_to(view.slot.astype(dtype), (vehicles + stations,))
        hour = jnp.broadcast_to((state.hour % 24).astype(dtype), slot.shape)
        of_vehicles = (
            state.energy_kwh / settings.battery.kwh,
            ~view.away,
            jnp.broadcast_to(state.outage[:, None], view.away.shape),
            jnp.broadcast_to(state.demand[:, None], view.away.shape),
        )
        shape = state.buffer_kwh.shape
        of_stations = (
            state.buffer_kwh / buffer,
            jnp.ones(shape, bool),
            jnp.broadcast_to(state.outage[:, None], shape),
            jnp.broadcast_to(state.demand[:, None], shape),
        )
        stored, plugged, outage, demand = (
            jnp.concatenate([own.ravel().astype(dtype), other.ravel().astype(dtype)])
            for own, other in zip(of_vehicles, of_stations, strict=True)
        )
        draws, gives = (view.room_kwh > _LEAST_KWH).ravel(), (view.spare_kwh > _LEAST_KWH).ravel()
        prices = jnp.asarray([price for _, price in CHOICES], dtype)
        low = jnp.stack([-gives.astype(dtype), jnp.full(vehicles, prices.min())], -1)
        high = jnp.stack([draws.astype(dtype), jnp.full(vehicles, prices.max())], -1)
        asked = jnp.asarray([[-1.0, prices.min()]], dtype), jnp.asarray([[1.0, prices.max()]], dtype)
        return Observation(
            features=jnp.stack([stored, slot, plugged, outage, demand, hour], -1),
            centre=state.demand[:1],
            mask=_mask(draws, gives, stations),
            low=jnp.concatenate([low, jnp.broadcast_to(asked[0], (stations, 2))]),
            high=jnp.concatenate([high, jnp.broadcast_to(asked[1], (stations, 2))]),
        )


class Greedy(eqx.Module):
    """Tables as a policy of the city: everybody does what it holds best."""

    problem: CityProblem
    """Whose agents act."""
    learner: Tabular
    state: TabularState

    def __call__(self, _city: City, view: View, _key: PRNGKeyArray) -> Requests:
        """Ask for what pays best."""
        memory = self.learner.begin(self.problem.layout)
        seen, first = self.problem.see(view), jnp.ones((), self.problem.city.dtype)
        _, act = self.learner.act(self.state, memory, seen, first, None)
        return self.problem.requests(act.controls)


def _mask(
    draws: Bool[Array, " vehicle"], gives: Bool[Array, " vehicle"], stations: int
) -> Bool[Array, "agent choice"]:
    """Return which choices are feasible: to draw with room, to give with something to spare, any price."""
    energy = jnp.asarray([energy for energy, _ in CHOICES])
    vehicles = (energy == 0.0) | (draws[:, None] & (energy > 0.0)) | (gives[:, None] & (energy < 0.0))
    prices = jnp.broadcast_to(jnp.arange(len(CHOICES)) < PRICES, (stations, len(CHOICES)))
    return jnp.concatenate([vehicles, prices])


def q_learning(
    problem: CityProblem, days: int, *, vehicle_bins: tuple[Bins, ...] = VEHICLE_BINS, **changes: Any
) -> Tabular:
    """Return the tables of paper 000: alpha 0.1, gamma 0.9, one table an agent, exploring less every day.

    The paper does not say how it explores; ours fades as 0.95 to the power of days, to 0.05.

    Args:
        problem: whose agents learn.
        days: of state; a day is a round of 24 steps.
        vehicle_bins: what a vehicle's table is cut by.
        changes: fields of `Tabular` to set otherwise.
    """
    vehicles, stations = problem.agents
    rates: dict[str, Any] = {"alpha": 0.1, "last_alpha": 0.1, "gamma": 0.9, "last_epsilon": 0.05}
    return Tabular(
        updates=days,
        kinds=(Kind(vehicles, vehicle_bins), Kind(stations, STATION_BINS)),
        sequence=24,
        **{**rates, "fading": 0.95, **changes},
    )
