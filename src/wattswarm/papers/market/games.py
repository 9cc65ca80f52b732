"""What the weight of congestion in paper 003's price does to bills, peaks and patience (models 5.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from wattswarm.market.game import (
    Needs,
    composite_price,
    mean_load_kw,
    nash_equilibrium,
    no_limits,
    price_of_anarchy,
    regret,
    vehicle_cost,
    wardrop_equilibrium,
    water_fill,
)

Row = Mapping[str, str | float]


def paper_night(vehicles: int, seed: int = 0) -> tuple[Needs, Float[Array, " step"], Float[Array, " step"]]:
    """Return a night of paper 003 from noon to noon: vehicles, market price and load of as many households.

    Arrival N(18, 2) h, departure N(7, 1.5) h, 7.2 kW, 8 to 35 kWh; load of 1.5 kW a household with an evening
    peak; price from 0.30 at seven in the evening to 0.07 at four in the morning.

    Args:
        seed: of arrivals, departures and needs.

    Returns:
        Needs; price [currency/kWh], shape [step]; load [kW], shape [step].
    """
    chance = np.random.default_rng(seed)
    hour = np.arange(12, 36)
    arrival = np.clip(chance.normal(18.0, 2.0, (vehicles, 1)), 12.0, 23.0)
    departure = np.clip(chance.normal(31.0, 1.5, (vehicles, 1)), 28.0, 36.0)
    limit_kw = 7.2 * ((hour >= arrival) & (hour + 1 <= departure))
    energy_kwh = np.minimum(chance.uniform(8.0, 35.0, vehicles), limit_kw.sum(1))
    price = np.interp(hour, [12, 19, 23, 28, 36], [0.16, 0.30, 0.14, 0.07, 0.16])
    peak = np.exp(-(((hour - 19.0) / 2.5) ** 2)) + 0.5 * np.exp(-(((hour % 24 - 8.0) / 2.0) ** 2))
    load = 0.6 + peak
    needs = Needs(jnp.asarray(limit_kw), jnp.asarray(energy_kwh), jnp.asarray(1.0))
    return needs, jnp.asarray(price), jnp.asarray(1.5 * vehicles * load / load.mean())


def at_once(needs: Needs) -> Float[Array, "vehicle step"]:
    """Return the schedules of vehicles that charge from arrival on until they have enough [kW]."""
    before = jnp.cumsum(needs.limit_kw, axis=1) - needs.limit_kw
    left = needs.energy_kwh[:, None] / needs.step_h - before
    return jnp.clip(left, 0.0, needs.limit_kw)


def alpha_sweep(
    alphas: Sequence[float] = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0), vehicles: int = 100, seeds: int = 5
) -> list[Row]:
    """Return what the equilibrium at each weight of congestion changes against charging on arrival.

    Args:
        seeds: nights, over which figures are means.

    Returns:
        By row: alpha; change of the bill at the market's price and of peak less valley of the whole load [%];
        hours from arrival until all energy is in.
    """
    nights = [paper_night(vehicles, seed) for seed in range(seeds)]
    rows: list[Row] = []
    for alpha in alphas:
        changes = []
        for needs, price, load_kw in nights:
            game = composite_price(needs, price, load_kw, alpha, mean_load_kw(needs, load_kw))
            found = nash_equilibrium(game)
            first = _measures(needs, price, load_kw, at_once(needs))
            then = _measures(needs, price, load_kw, found.power_kw)
            changes.append((100 * (then[0] / first[0] - 1), 100 * (then[1] / first[1] - 1), then[2]))
        bill, spread, wait = (float(each) for each in np.mean(changes, axis=0))
        rows.append(
            {"alpha": f"{alpha:g}", "bill %": bill, "peak-valley %": spread, "hours until full": wait}
        )
    return rows


def ways_to_rest(vehicles: int = 100, rounds: int = 200) -> list[Row]:
    """Return how near ways of answering one another come to rest on a night at alpha 1.

    Args:
        rounds: in which every vehicle answers once.

    Returns:
        By row: the way; most that a vehicle could still save, as a share of what it pays [%].
    """
    needs, price, load_kw = paper_night(vehicles)
    game = composite_price(needs, price, load_kw, 1.0, mean_load_kw(needs, load_kw), wear=1e-4)

    def answers(power: Float[Array, "vehicle step"]) -> Float[Array, "vehicle step"]:
        others = game.price + game.slope * (load_kw + power.sum(0) - power)
        return needs.reply(others, 2 * game.slope + game.wear[:, None]).power_kw

    def together(share: float) -> Float[Array, "vehicle step"]:
        def step(_: int, power: Float[Array, "vehicle step"]) -> Float[Array, "vehicle step"]:
            return power + share * (answers(power) - power)

        end: Float[Array, "vehicle step"] = jax.lax.fori_loop(0, rounds, step, at_once(needs))
        return end

    def in_turn() -> Float[Array, "vehicle step"]:
        def one(count: int, power: Float[Array, "vehicle step"]) -> Float[Array, "vehicle step"]:
            at = count % vehicles
            others = game.price + game.slope * (load_kw + power.sum(0) - power[at])
            limit = needs.limit_kw[at]
            curvature = 2 * game.slope + game.wear[at]
            fill = water_fill(curvature, others, jnp.zeros_like(limit), limit, needs.energy_kwh[at])
            return power.at[at].set(fill.amount)

        end: Float[Array, "vehicle step"] = jax.lax.fori_loop(0, 20 * vehicles, one, at_once(needs))
        return end

    ends = {
        f"all at once, half way, {rounds} rounds": jax.jit(together, static_argnums=0)(0.5),
        f"all at once, 2 / (N + 1) of the way, {rounds} rounds": jax.jit(together, static_argnums=0)(
            2.0 / (vehicles + 1)
        ),
        "one after the other, 20 rounds": jax.jit(in_turn)(),
        "Newton's method (`nash_equilibrium`)": nash_equilibrium(game).power_kw,
    }
    return [
        {
            "way": way,
            "could save, % of its cost": float((100 * regret(game, end) / vehicle_cost(game, end)).max()),
        }
        for way, end in ends.items()
    ]


def sizes(counts: Sequence[int] = (10, 100, 1000)) -> list[Row]:
    """Return what selfishness costs at alpha 1, and how far price takers are off, by the number of vehicles.

    Returns:
        By row: vehicles; proven bounds of what all pay and of what generating costs over the least there is;
        mean difference of Nash and Wardrop totals [kW a vehicle].
    """
    rows: list[Row] = []
    for vehicles in counts:
        needs, price, load_kw = paper_night(vehicles)
        game = composite_price(needs, price, load_kw, 1.0, mean_load_kw(needs, load_kw), wear=1e-4)
        power = nash_equilibrium(game).power_kw
        limits = no_limits(vehicles, len(price), price.dtype)
        dearer = price_of_anarchy(game, limits, power)
        apart = jnp.abs(power.sum(0) - wardrop_equilibrium(game).total_kw).mean() / vehicles
        rows.append(
            {
                "vehicles": str(vehicles),
                "payments": float(dearer.payments_at_most),
                "generation": float(dearer.generation_at_most),
                "price takers off, kW a vehicle": float(apart),
            }
        )
    return rows


def _measures(
    needs: Needs,
    price: Float[Array, " step"],
    load_kw: Float[Array, " step"],
    power_kw: Float[Array, "vehicle step"],
) -> tuple[float, float, float]:
    """Return the bill [currency], peak less valley [kW] and mean hours from arrival until full."""
    whole = np.asarray(load_kw + power_kw.sum(0))
    arrives = np.asarray(needs.limit_kw > 0).argmax(1)
    done = np.cumsum(np.asarray(power_kw), axis=1) >= np.asarray(needs.energy_kwh)[:, None] * (1 - 1e-6)
    wait = float((done.argmax(1) + 1 - arrives).mean())
    return float((power_kw * price).sum()), float(whole.max() - whole.min()), wait
