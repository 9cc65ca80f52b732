"""The price of anarchy: what all pay, and what generating costs, over the least schedules could reach."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.market.game.charging import ChargingGame
from wattswarm.market.game.limits import SharedLimits
from wattswarm.market.game.newton import solve_game
from wattswarm.market.game.verify import generation_cost, payments, regret


class Anarchy(NamedTuple):
    """Costs of a state over the least there are, wear included in both.

    Least of payments and least of generation cost are two different states: a fleet that pays the marginal
    price for every kWh saves by buying less where it is dear, beyond what generation saves.
    """

    payments: Float[Array, ""]
    """What vehicles pay over the least they could pay together, scalar."""
    generation: Float[Array, ""]
    """What generating costs over the least it could, scalar."""
    payments_at_most: Float[Array, ""]
    """Proven upper bound of `payments`, by the dual of the optimum, scalar."""
    generation_at_most: Float[Array, ""]
    """Proven upper bound of `generation`, scalar."""


def price_of_anarchy(
    game: ChargingGame, limits: SharedLimits, power_kw: Float[Array, "vehicle step"], tolerance: float = 1e-9
) -> Anarchy:
    """Return how much dearer schedules are than the best for all together under the same limits.

    Args:
        game: the game; costs must be above 0 for ratios to mean anything.
        limits: limits that vehicles share.
        power_kw: the schedules, for instance of an equilibrium [kW], shape [vehicle, step].
        tolerance: gap at which the search for the optimum stops, over the mean bill.
    """
    # Price takers at the price a + k D + 2 k X minimise together what all pay, (a + k D + k X) X.
    joint = game._replace(price=game.price - game.slope * game.load_kw, slope=2.0 * game.slope)
    paid, paid_bound = _ratio(joint, game, limits, power_kw, tolerance, of_payments=True)
    made, made_bound = _ratio(game, game, limits, power_kw, tolerance, of_payments=False)
    return Anarchy(paid, made, paid_bound, made_bound)


def _ratio(
    joint: ChargingGame,
    game: ChargingGame,
    limits: SharedLimits,
    power_kw: Float[Array, "vehicle step"],
    tolerance: float,
    *,
    of_payments: bool,
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    def cost(power: Float[Array, "vehicle step"]) -> Float[Array, ""]:
        energy = payments(game, power).sum() if of_payments else generation_cost(game, power)
        return energy + 0.5 * game.vehicles.step_h * (game.wear[:, None] * power**2).sum()

    dtype = game.price.dtype
    best = jax.jit(solve_game)(joint, limits, jnp.zeros((), dtype), jnp.asarray(tolerance, dtype))
    toll = limits.place @ (limits.matrix.T @ best.congestion)
    # What no schedule within the limits goes below: all gaps off, and what limits with room would have
    # charged.
    room = limits.bound_kw - limits.matrix @ (limits.place.T @ best.power_kw)
    gaps = regret(joint, best.power_kw, own_impact=0.0, toll=toll)
    least = cost(best.power_kw) - gaps.sum() - game.vehicles.step_h * (best.congestion * room).sum()
    return cost(power_kw) / cost(best.power_kw), cost(power_kw) / least
