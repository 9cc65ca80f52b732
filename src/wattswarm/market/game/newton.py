"""How a charging game is solved: Newton's method on what vehicles draw together, in rounds.

Given the price, each vehicle's schedule follows by itself. What couples a thousand of them is the total X of
each step (and place, where they share limits). It is right where

    X = sum of the best replies to a + k (D + X) + A^T l,    l = max(l + c (A X - b), 0),

where the second part prices the limits. Both sides are straight but for kinks and their slopes are known
exactly, so that Newton's steps end on the right piece, to rounding. Far from it replies jump at the least
change of price: the first steps solve games whose costs are more curved, each less than the one before.

Each round takes over the prices l of the limits and raises c, which makes limits hard. Where two schedules
cost a vehicle the same, because nothing curves its cost, each round also holds it a little to its last
schedule, until no vehicle gains by leaving.

Source:
    Qi and Sun, Mathematical Programming 58, 1993, doi 10.1007/BF01581275 (Newton on piecewise smooth
    equations); Rockafellar, Mathematics of Operations Research 1(2), 1976, doi 10.1287/moor.1.2.97 (rounds:
    the proximal method of multipliers).
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.lax import Precision
from jaxtyping import Array, Bool, Float, Int

from wattswarm.market.game.charging import ChargingGame, market_price
from wattswarm.market.game.limits import SharedLimits
from wattswarm.market.game.verify import regret

_ROUNDS, _STEPS, _CUTS = 40, 60, 10
_HARDNESS, _HARDER = 10.0, 6
"""Of limits: price per kW beyond them, in slopes of the market price."""


class GameSolution(NamedTuple):
    """Solution of a charging game."""

    power_kw: Float[Array, "vehicle step"]
    """Of each vehicle [kW], shape [vehicle, step]."""
    congestion: Float[Array, "row step"]
    """Price of each shared limit [currency/kWh], shape [row, step]."""
    gap: Float[Array, ""]
    """Most that any vehicle could still gain by another schedule at these congestion prices [currency],
    scalar; a proven upper bound."""


class _Round(NamedTuple):
    """What is fixed while Newton's method runs."""

    game: ChargingGame
    limits: SharedLimits
    curvature: Float[Array, "vehicle step"]
    discount: Float[Array, "vehicle step"]
    congestion: Float[Array, "row step"]
    hardness: Float[Array, " row"]


class _Look(NamedTuple):
    """What there is to see at one guess of what vehicles draw."""

    drawn: Float[Array, "place step"]
    congestion: Float[Array, "row step"]
    price: Float[Array, "vehicle step"]
    worth: Float[Array, "vehicle step"]
    power: Float[Array, "vehicle step"]
    excess: Float[Array, "place step"]


class _Descent(NamedTuple):
    """How far Newton's method is."""

    look: _Look
    direction: Float[Array, "place step"]
    ease: Float[Array, ""]
    steps: Int[Array, ""]


def solve_game(
    game: ChargingGame, limits: SharedLimits, own_impact: Float[Array, ""], tolerance: Float[Array, ""]
) -> GameSolution:
    """Find where no vehicle gains by another schedule, given what it sees of its own effect on the price.

    Args:
        limits: limits that vehicles share; they must leave room for what all need.
        own_impact: share of its own effect on the price that a vehicle sees, 1 or, for price takers, 0.
        tolerance: gap at which to stop, over the mean bill; also what limits may be missed by, over what all
            draw.
    """
    dtype = game.price.dtype
    natural = own_impact * game.slope + game.wear[:, None]
    usual = _usual_slope(game)
    pull = jnp.maximum(jnp.where(game.slope > 0, game.slope, usual) - natural, 0.0)
    unit = usual / jnp.maximum((limits.matrix**2).sum(1), np.finfo(dtype).tiny)
    first_ease = max(len(game.wear) / 4.0 * (1.0 + (_HARDNESS if len(unit) else 0.0)), 1.0)
    tolerance = jnp.maximum(tolerance, 64 * np.finfo(dtype).eps)

    def unsolved(carry: tuple[_Look, Float[Array, ""], Float[Array, ""], Int[Array, ""]]) -> Bool[Array, ""]:
        _, _, miss, rounds = carry
        return (miss > tolerance) & (rounds < _ROUNDS)

    def again(
        carry: tuple[_Look, Float[Array, ""], Float[Array, ""], Int[Array, ""]],
    ) -> tuple[_Look, Float[Array, ""], Float[Array, ""], Int[Array, ""]]:
        last, _, _, rounds = carry
        doubled = 2.0 ** jnp.minimum(rounds, _HARDER).astype(dtype)
        hardness = _HARDNESS * unit * doubled
        now = _Round(game, limits, natural + pull, pull * last.power, last.congestion, hardness)
        now = now._replace(discount=jnp.where(rounds > 0, now.discount, 0.0))
        ease = jnp.where(rounds > 0, 1.0, first_ease).astype(dtype)
        look = _newton(now, _same_price(now, last), ease)
        used = _matmul(limits.matrix, _matmul(limits.place.T, look.power))
        congestion = jnp.maximum(last.congestion + hardness[:, None] * (used - limits.bound_kw), 0.0)
        look = look._replace(congestion=congestion)
        price = market_price(game, look.power.sum(0))
        toll = _matmul(limits.place, _matmul(limits.matrix.T, congestion))
        gap = regret(game, look.power, own_impact=own_impact, toll=toll).max()
        bill = game.vehicles.step_h * (jnp.abs(price) * jnp.abs(look.power)).sum() / len(game.wear)
        room = limits.bound_kw - used
        beyond = jnp.where(congestion > 0, jnp.abs(room), jnp.maximum(-room, 0.0)).max(initial=0.0)
        size = jnp.abs(used).max(initial=0.0)
        tiny = np.finfo(dtype).tiny
        return look, gap, jnp.maximum(gap / (bill + tiny), beyond / (size + tiny)), rounds + 1

    even = game.vehicles.reply(jnp.zeros_like(natural), jnp.ones_like(natural))
    drawn = _matmul(limits.place.T, even.power_kw)
    start = _Look(
        drawn, jnp.zeros_like(limits.bound_kw), natural, even.worth, even.power_kw, jnp.zeros_like(drawn)
    )
    never = jnp.asarray(jnp.inf, dtype)
    look, gap, _, _ = jax.lax.while_loop(unsolved, again, (start, never, never, jnp.int32(0)))
    return GameSolution(look.power, look.congestion, gap)


def _same_price(now: _Round, last: _Look) -> Float[Array, "place step"]:
    """Return the guess at which harder limits cost what they cost at the end of the last round."""
    beyond = _matmul(now.limits.matrix, last.drawn) - now.limits.bound_kw
    jump = _matmul(now.limits.matrix.T, jnp.where(now.congestion > 0, now.hardness[:, None] * beyond, 0.0))
    slope = _price_slope(now, last)
    ridge = 1e-9 * jnp.trace(slope, axis1=1, axis2=2)[:, None, None] + np.finfo(jump.dtype).tiny
    back = jnp.linalg.solve(slope + ridge * jnp.eye(len(jump), dtype=jump.dtype), jump.T[:, :, None])
    at: Float[Array, "place step"] = last.drawn - back[:, :, 0].T
    return at


def _newton(now: _Round, drawn: Float[Array, "place step"], ease: Float[Array, ""]) -> _Look:
    """Return what is seen where vehicles draw what was guessed, or where rounding allows no better."""
    close = 32 * np.finfo(drawn.dtype).eps

    def wrong(carry: _Descent) -> Bool[Array, ""]:
        far = jnp.abs(carry.direction).max() > close * jnp.abs(carry.look.drawn).max()
        on: Bool[Array, ""] = ((carry.ease > 1.0) | far) & (carry.steps < _STEPS)
        return on

    def step(carry: _Descent) -> _Descent:
        look, direction, ease, steps = carry
        uphill = 0.1 * jnp.abs(_climb(now, look, direction))

        def tried(size: Float[Array, ""]) -> tuple[_Look, Float[Array, ""]]:
            return _look(now, look.drawn + size * direction, ease), size

        def too_far(trial: tuple[_Look, Float[Array, ""]]) -> Bool[Array, ""]:
            at, size = trial
            return (_climb(now, at, direction) > uphill) & (size > 2.0**-_CUTS)

        trial, size = jax.lax.while_loop(
            too_far, lambda trial: tried(0.5 * trial[1]), tried(jnp.ones_like(ease))
        )
        # Only a full step shows that the game at this ease is solved well enough.
        on = (size == 1.0) & (ease > 1.0)
        ease = jnp.where(on, jnp.maximum(0.5 * ease, 1.0), ease)
        trial = jax.lax.cond(on, lambda: _look(now, trial.drawn, ease), lambda: trial)
        return _Descent(trial, _direction(now, trial, ease), ease, steps + 1)

    first = _look(now, drawn, ease)
    start = _Descent(first, _direction(now, first, ease), ease, jnp.int32(0))
    return jax.lax.while_loop(wrong, step, start).look


def _look(now: _Round, drawn: Float[Array, "place step"], ease: Float[Array, ""]) -> _Look:
    """Let all vehicles reply to the prices that follow from what they draw."""
    game, limits = now.game, now.limits
    beyond = _matmul(limits.matrix, drawn) - limits.bound_kw
    congestion = jnp.maximum(now.congestion + now.hardness[:, None] * beyond, 0.0)
    at_place = market_price(game, drawn.sum(0)) + _matmul(limits.matrix.T, congestion)
    price = _matmul(limits.place, at_place) - now.discount
    reply = game.vehicles.reply(price, now.curvature * ease)
    return _Look(
        drawn, congestion, price, reply.worth, reply.power_kw, drawn - _matmul(limits.place.T, reply.power_kw)
    )


def _direction(now: _Round, look: _Look, ease: Float[Array, ""]) -> Float[Array, "place step"]:
    """Return Newton's step: what closes the excess if no vehicle passes a kink."""
    places, steps = look.drawn.shape
    response = now.game.vehicles.response(look.price, now.curvature * ease, look.worth, now.limits.place)
    moved = jnp.einsum("pts,sqp->ptqs", response, _price_slope(now, look), precision=Precision.HIGHEST)
    size = places * steps
    system = jnp.eye(size, dtype=look.drawn.dtype) + moved.reshape(size, size)
    step: Float[Array, "place step"] = -jnp.linalg.solve(system, look.excess.reshape(size)).reshape(
        places, steps
    )
    return step


def _climb(now: _Round, look: _Look, direction: Float[Array, "place step"]) -> Float[Array, ""]:
    """Return the slope along a direction of the game's dual, whose minimum is sought."""
    rise = jnp.einsum("spq,qs->ps", _price_slope(now, look), direction, precision=Precision.HIGHEST)
    return (rise * look.excess).sum()


def _price_slope(now: _Round, look: _Look) -> Float[Array, "step place place"]:
    """Return by how much the price at a place rises with what another place draws."""
    matrix = now.limits.matrix
    hard = jnp.where(look.congestion > 0, now.hardness[:, None], 0.0)
    return now.game.slope[:, None, None] + jnp.einsum(
        "rp,rq,rs->spq", matrix, matrix, hard, precision=Precision.HIGHEST
    )


def _usual_slope(game: ChargingGame) -> Float[Array, ""]:
    """Return the mean slope of the price, or a small one that suits the prices where there is none."""
    spread = 1e-3 * (game.price.max() - game.price.min()) / jnp.maximum(game.vehicles.most_kw.max(), 1e-9)
    usual = jnp.where(game.slope.max() > 0, game.slope.mean(), spread)
    return jnp.where(usual > 0, usual, 1e-3)


def _matmul(left: Array, right: Array) -> Array:
    return jnp.matmul(left, right, precision=Precision.HIGHEST)
