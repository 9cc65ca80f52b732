"""The price layer of paper 003: each hour the game that the forecasts make is solved, its first step done.

Every vehicle pays the composite price P = beta p + alpha p_mean (D + X) / D_ref for what it draws (models
5.2), with p and D as forecast, X what all draw together, and beta = 1 - alpha. The equilibrium is what each
would do for itself once all know what all do; a vehicle needs only the price to find its own part.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import numpy as np

from wattswarm.control import requests
from wattswarm.data import Floats
from wattswarm.errors import InputError
from wattswarm.market.game import Bands, ChargingGame, composite_price, no_limits, solve_game
from wattswarm.outlook import Foresight, Known, Outlook, known_of
from wattswarm.plan.advice import to_the_end
from wattswarm.world import Requests, View, World

_CLOSE = 1e-3
"""What a vehicle may still gain at the equilibrium that is carried out, as a share of the mean bill."""


@dataclass(frozen=True)
class Reference:
    """What the congestion of a day is measured against, as forecast before its first step."""

    price: float
    """Mean price [currency/kWh]."""
    load_kw: float
    """Mean of the load and of what vehicles will need."""


@dataclass
class RollingGame:
    """Plays the equilibrium of the hours ahead, solved anew in every step.

    Raises:
        InputError: a weight outside 0 to 1.

    Source:
        Paper 003, the game layer; models.md 5.2 and 8.1.
    """

    foresight: Foresight
    """What is believed of the hours ahead."""
    alpha: float
    """Weight of congestion in the price, 0 to 1; the rest is the market's."""
    told: list[tuple[Floats, Floats]] = field(default_factory=list)
    """Composite price [currency/kWh] and net load [kW] from each step that was played on."""
    compiled: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.alpha <= 1:
            raise InputError(
                "not a valid weight of congestion", where="alpha", found=self.alpha, expected="0 to 1"
            )

    @property
    def name(self) -> str:
        return f"game, alpha {self.alpha:g}"

    def begin(self, _world: World) -> Reference | None:
        """Start with nothing told yet."""
        self.told.clear()
        return None

    def act(self, world: World, memory: Reference | None, view: View) -> tuple[Reference, Requests]:
        """Settle the game of the hours ahead and ask for its first step."""
        known = known_of(view)
        left, whole = len(known.times), known.step + len(known.times)
        outlook = self.foresight.outlook(known, left)
        reference = memory or reference_of(outlook, known)
        game = game_of(outlook, known, self.alpha, reference)
        power, price, net = (np.asarray(each, np.float64) for each in _settled(game))
        self.told.append((to_the_end(price[:left], whole), to_the_end(net[:left], whole)))
        asked = np.zeros(world.batteries)
        asked[: world.ports] = power[:, 0]
        return reference, requests(world, jnp.asarray(asked, view.energy_kwh.dtype))


@jax.jit
def _settled(game: ChargingGame) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Return power [vehicle, step], composite price and net load [step] at the equilibrium."""
    dtype, (vehicles, steps) = game.price.dtype, game.vehicles.most_kw.shape
    one, close = jnp.ones((), dtype), jnp.asarray(_CLOSE, dtype)
    solved = solve_game(game, no_limits(vehicles, steps, dtype), one, close)
    net = game.load_kw + solved.power_kw.sum(axis=0)
    return solved.power_kw, game.price + game.slope * net, net


def reference_of(outlook: Outlook, known: Known) -> Reference:
    """Return what the congestion of a window is measured against."""
    stays, arrays = outlook.stays, known.site
    need = np.maximum(stays.target_kwh - stays.arrival_kwh, 0.0) / arrays.charge_efficiency[stays.port]
    load = _load(outlook).mean() + need.sum() / (outlook.steps * arrays.dt_h)
    return Reference(float(outlook.import_price.mean()), float(load))


def game_of(outlook: Outlook, known: Known, alpha: float, reference: Reference) -> ChargingGame:
    """Return the game of a window, of each port's first stay in it.

    Args:
        known: the site, and how long the horizon is.
        reference: what congestion is measured against.

    Returns:
        The game over as many steps as the whole horizon has, so that one program solves all;
        in those beyond the window nobody is there.
    """
    arrays, steps, stays = known.site, known.step + len(known.times), outlook.stays
    stays = stays.take(np.unique(stays.port, return_index=True)[1])
    ports, count, t = stays.port, arrays.port_count, np.arange(steps)
    eta, eta_out = arrays.charge_efficiency, arrays.discharge_efficiency
    here = (t >= stays.begin[:, None]) & (t < stays.end[:, None])
    ends = np.minimum(stays.end, outlook.steps)
    room = stays.charge_kw * (ends - stays.begin) * eta[ports] * arrays.dt_h
    due = np.minimum(stays.target_kwh, stays.arrival_kwh + room)
    # A stay that goes on after the window has not to be ready within it.
    ready = (t >= ends[:, None] - 1) & (stays.end <= outlook.steps)[:, None]
    floor = np.where(ready, due[:, None], np.minimum(stays.floor_kwh, stays.arrival_kwh)[:, None])
    # At full power a quadratic wear costs what the site's linear one does.
    wear = 2.0 * stays.wear_price / stays.charge_kw

    def of_ports(values: Floats, absent: float = 0.0) -> jax.Array:
        whole = np.full((count, *values.shape[1:]), absent)
        whole[ports] = values
        return jnp.asarray(whole, float)

    vehicles = Bands(
        charge_kw=of_ports(here * stays.charge_kw[:, None]),
        discharge_kw=of_ports(here * stays.discharge_kw[:, None]),
        start_kwh=of_ports(stays.arrival_kwh),
        floor_kwh=of_ports(floor),
        ceiling_kwh=of_ports(np.broadcast_to(np.maximum(stays.ceiling_kwh, due)[:, None], here.shape)),
        charge_efficiency=jnp.asarray(eta[:count], float),
        discharge_efficiency=jnp.asarray(eta_out[:count], float),
        step_h=jnp.asarray(arrays.dt_h, float),
    )
    return composite_price(
        vehicles,
        price=jnp.asarray(to_the_end(outlook.import_price, steps), float),
        load_kw=jnp.asarray(to_the_end(_load(outlook), steps), float),
        alpha=alpha,
        reference_kw=reference.load_kw,
        wear=of_ports(wear, float(wear.mean()) if len(wear) else 1e-3),
        mean_price=reference.price,
    )


def _load(outlook: Outlook) -> Floats:
    return np.asarray(outlook.base_kw.sum(axis=1) - outlook.solar_kw.sum(axis=1))
