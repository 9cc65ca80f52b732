"""Price competition of stations among drivers who choose by price and waiting (logit, models 8.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from wattswarm.errors import InputError
from wattswarm.market.game.check import refuse

Numbers = NDArray[np.float64]
_FINER = 10


@dataclass(frozen=True, eq=False)
class Stations:
    """Stations that compete for the energy that drivers buy.

    A driver goes to station s with a probability in proportion to exp(-theta (price_s + waiting_s)), or
    charges elsewhere, in proportion to exp(-theta outside). Whom a full station turns away chooses once more
    among the others.
    """

    cost: Float[Numbers, " station"]
    """What a kWh costs each station [currency/kWh], shape [station]."""
    waiting: Float[Numbers, " station"]
    """What waiting there is worth to a driver [currency/kWh], shape [station]."""
    capacity_kwh: Float[Numbers, " station"]
    """Most that each can sell, infinite for no limit [kWh], shape [station]."""
    market_kwh: float
    """What all drivers buy [kWh]."""
    theta: float
    """How keenly drivers compare, above 0 [kWh/currency]."""
    outside: float
    """Price of charging elsewhere, infinite for no such choice [currency/kWh]."""
    prices: Float[Numbers, " price"]
    """Prices a station may choose from, rising [currency/kWh], shape [price]."""


class Competition(NamedTuple):
    """Where stations that answer each other in turn end."""

    price: Float[Numbers, " station"]
    """The last prices [currency/kWh], shape [station]."""
    profit: Float[Numbers, " station"]
    """Of each station at them [currency], shape [station]."""
    converged: bool
    """Whether no station changes its price any more; no other listed price brings it more then."""
    epsilon: float
    """Most that a station could still gain by a price of a list ten times finer [currency]."""
    cycle: Float[Numbers, "round station"]
    """Prices of a round that comes back, shape [round, station]; no rounds where prices converge."""


def sales(stations: Stations, price: Float[Numbers, "*batch station"]) -> Float[Numbers, "*batch station"]:
    """Return what each station sells at given prices [kWh], shape [..., station]."""
    appeal = -stations.theta * (price + stations.waiting)
    outside = np.full_like(appeal[..., :1], -stations.theta * stations.outside)
    every = np.concatenate([appeal, outside], axis=-1)
    weight = np.exp(every - every.max(-1, keepdims=True))
    chosen = stations.market_kwh * weight / weight.sum(-1, keepdims=True)
    capacity = np.append(stations.capacity_kwh, np.inf)
    turned_away = np.maximum(chosen - capacity, 0.0)
    others = weight.sum(-1, keepdims=True) - weight
    rate = turned_away / np.where(others > 0, others, 1.0)
    second = weight * (rate.sum(-1, keepdims=True) - rate)
    sold: Numbers = np.minimum(chosen + second, capacity)[..., :-1]
    return sold


def profits(stations: Stations, price: Float[Numbers, "*batch station"]) -> Float[Numbers, "*batch station"]:
    """Return what each station earns at given prices [currency], shape [..., station]."""
    earned: Numbers = (price - stations.cost) * sales(stations, price)
    return earned


def compete(
    stations: Stations, start: Float[Numbers, " station"] | None = None, most_rounds: int = 1000
) -> Competition:
    """Let stations answer each other in turn with their best listed prices, until they rest or circle.

    With logit choice and room for all there is an equilibrium (Caplin and Nalebuff, 1991); where stations
    fill up and drivers compare keenly there may be none, and prices chase each other. As prices are listed,
    one of the two must show in the end. To rest, a station keeps its price where another would bring it no
    more.

    Args:
        stations: costs, waiting, capacities and drivers.
        start: first prices, None for the highest listed [currency/kWh], shape [station].
        most_rounds: rounds after which to stop unsettled.

    Raises:
        InputError: not a valid market.

    Source:
        Caplin and Nalebuff, Econometrica 59(1), 1991, doi 10.2307/2938239.
    """
    _check(stations)
    count = len(stations.cost)
    price = np.full(count, stations.prices[-1]) if start is None else np.array(start, float)
    seen: dict[bytes, int] = {}
    course: list[Numbers] = []
    while price.tobytes() not in seen and len(course) < most_rounds:
        seen[price.tobytes()] = len(course)
        course.append(price.copy())
        for station in range(count):
            price[station] = _best_price(stations, price, station)
    back = seen.get(price.tobytes(), len(course))
    cycle = np.array(course[back:]).reshape(-1, count)
    converged = len(cycle) == 1
    return Competition(
        price,
        profits(stations, price),
        converged,
        _epsilon(stations, price),
        cycle[: 0 if converged else None],
    )


def _best_price(stations: Stations, price: Numbers, station: int) -> float:
    earned = _earned(stations, price, station, stations.prices)
    now = profits(stations, price)[station]
    best = int(earned.argmax())
    better = earned[best] > now + 1e-12 * (1.0 + abs(now))
    return float(stations.prices[best] if better else price[station])


def _earned(stations: Stations, price: Numbers, station: int, prices: Numbers) -> Numbers:
    """Return what one station earns at each of some prices while the others keep theirs."""
    trials = np.tile(price, (len(prices), 1))
    trials[:, station] = prices
    return profits(stations, trials)[:, station]


def _epsilon(stations: Stations, price: Numbers) -> float:
    at = np.arange(len(stations.prices))
    finer = np.interp(np.linspace(0, at[-1], _FINER * at[-1] + 1), at, stations.prices)
    now = profits(stations, price)
    gains = [_earned(stations, price, station, finer).max() - now[station] for station in range(len(now))]
    return float(max(0.0, *gains))


def _check(stations: Stations) -> None:
    what = "not a valid number for a market"
    for name in ("cost", "waiting", "prices", "capacity_kwh", "theta", "market_kwh"):
        value = np.asarray(getattr(stations, name), float)
        wrong, expected = ~np.isfinite(value), "a finite number"
        if name == "capacity_kwh":
            wrong, expected = ~(value >= 0), "0 or more"
        elif name in ("theta", "market_kwh"):
            wrong, expected = wrong | ~(value > 0), "a finite number above 0"
        refuse(name, value, wrong, what, expected, lambda field, at: ", ".join([field, *map(str, at)]))
    if len(stations.prices) < 2 or (np.diff(stations.prices) <= 0).any():
        raise InputError(what, where="prices", found=stations.prices, expected="two or more, rising")
