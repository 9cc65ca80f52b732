"""Equilibria of charging games: of vehicles that see their own effect on the price, and of price takers."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from wattswarm.errors import InputError
from wattswarm.market.game.charging import ChargingGame, market_price
from wattswarm.market.game.check import Place, at_index, check_game
from wattswarm.market.game.limits import SharedLimits, no_limits
from wattswarm.market.game.newton import GameSolution, solve_game

_solve = jax.jit(solve_game)


class Equilibrium(NamedTuple):
    """A state in which no vehicle gains by charging otherwise."""

    power_kw: Float[Array, "vehicle step"]
    """Of each vehicle [kW], shape [vehicle, step]."""
    total_kw: Float[Array, " step"]
    """Of all vehicles [kW], shape [step]."""
    price: Float[Array, " step"]
    """That all pay, congestion apart [currency/kWh], shape [step]."""
    congestion: Float[Array, "row step"]
    """Price of each shared limit [currency/kWh], shape [row, step]; 0 where there is room."""
    gap: Float[Array, ""]
    """Most that any vehicle could still save by changing its schedule alone [currency], scalar; a proven
    upper bound, by duality."""


def nash_equilibrium(
    game: ChargingGame,
    limits: SharedLimits | None = None,
    *,
    tolerance: float = 1e-11,
    place: Place = at_index,
) -> Equilibrium:
    """Return the Nash equilibrium; with shared limits the normalised one: one congestion price for all.

    It is the only one where k + q > 0 (models 8.1, 8.2).

    Args:
        game: the game, in double precision where the tolerance is to be met.
        limits: limits that vehicles share, None for none.
        tolerance: gap at which to stop, over the mean bill; also by what share limits may be missed.
        place: names the place of a number, for errors.

    Raises:
        InputError: not a valid game, needs that cannot be met, or limits that leave no room for them.

    Source:
        Rosen, Econometrica 33(3), 1965, doi 10.2307/1911749.
    """
    return _equilibrium(game, limits, 1.0, tolerance, place)


def wardrop_equilibrium(
    game: ChargingGame,
    limits: SharedLimits | None = None,
    *,
    tolerance: float = 1e-9,
    place: Place = at_index,
) -> Equilibrium:
    """Return the equilibrium of price takers, which also makes the energy for all cheapest to generate.

    Prices and totals are unique where k > 0; schedules are where wear q > 0 too (models 8.1). Its distance
    from the Nash equilibrium falls as one over the number of vehicles.

    Arguments and refusals are those of `nash_equilibrium`.

    Source:
        Paccagnan, Gentile, Parise, Kamgarpour and Lygeros, IEEE TAC 64(4), 2019, arXiv:1702.08789.
    """
    return _equilibrium(game, limits, 0.0, tolerance, place)


def _equilibrium(
    game: ChargingGame, limits: SharedLimits | None, own_impact: float, tolerance: float, place: Place
) -> Equilibrium:
    check_game(game, limits, place)
    dtype = game.price.dtype
    limits = no_limits(len(game.wear), len(game.price), dtype) if limits is None else limits
    solved = _solve(game, limits, jnp.asarray(own_impact, dtype), jnp.asarray(tolerance, dtype))
    _check_room(limits, solved, place)
    total = solved.power_kw.sum(0)
    return Equilibrium(
        solved.power_kw, total, market_price(game, total), solved.congestion, jnp.maximum(solved.gap, 0.0)
    )


def _check_room(limits: SharedLimits, solved: GameSolution, place: Place) -> None:
    """Refuse limits that were still passed when congestion prices had long risen without end."""
    used = np.asarray(limits.matrix @ (limits.place.T @ solved.power_kw))
    bound = np.asarray(limits.bound_kw)
    over = used - bound
    if not (over > 1e-4 * np.abs(used).max(initial=1e-9)).any():
        return
    row, step = (int(at) for at in np.unravel_index(over.argmax(), over.shape))
    raise InputError(
        "the limit leaves no room for what vehicles need, whatever the price",
        where=place("bound_kw", (row, step)),
        found=f"{bound[row, step]:.6g}",
        expected=f"about {used[row, step]:.6g} in this step, or more in others",
        mend="raise the limit, or let vehicles need less",
    )
