"""The game of a night that two files tell of: who plays, at what price, within what limit."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from wattswarm.data import Batteries, ChargingNeeds, Floats, Hours
from wattswarm.errors import InputError
from wattswarm.market.game import (
    Bands,
    ChargingGame,
    Needs,
    SharedLimits,
    composite_price,
    mean_load_kw,
    no_limits,
    transformer_limit,
)

_COLUMNS = {
    "limit_kw": "kw",
    "charge_kw": "kw",
    "energy_kwh": "kwh",
    "discharge_kw": "back_kw",
    "charge_efficiency": "efficiency",
    "discharge_efficiency": "efficiency",
}
"""Column of the vehicles behind a field of the game."""
_SLACK = 1e-6


def night_game(
    needs: ChargingNeeds, hours: Hours, alpha: float, limit: float | None, step_h: float
) -> tuple[ChargingGame, SharedLimits]:
    """Return the game of paper 003's composite price and what the transformer leaves room for.

    Args:
        hours: price and load of each step.
        alpha: weight of congestion in the price, 0 to 1.
        limit: what the transformer carries in either direction [kW], None for no limit.
        step_h: length of a step [h].

    Raises:
        InputError: a battery cannot hold what it is said to, or there is no load to measure congestion by.
    """
    at = np.arange(len(hours.price))
    home = (at >= needs.arrives[:, None]) & (at < needs.leaves[:, None])
    if needs.batteries is None:
        vehicles: Needs | Bands = Needs(
            jnp.asarray(needs.kw[:, None] * home), jnp.asarray(needs.kwh), jnp.asarray(step_h)
        )
    else:
        vehicles = _bands(needs, needs.batteries, home, step_h)
    price, load_kw = jnp.asarray(hours.price), jnp.asarray(hours.load_kw)
    reference = mean_load_kw(vehicles, load_kw)
    if not float(reference) > 0:
        raise InputError(
            "congestion is measured against the mean load, and there is none",
            where=hours.place(0, "load_kw"),
            found=f"a mean of {float(reference):g} kW with what vehicles need",
            expected="more than 0",
            mend="state the load, or let vehicles need something",
        )
    game = composite_price(vehicles, price, load_kw, alpha, reference)
    if limit is None:
        return game, no_limits(len(needs.kwh), len(price), price.dtype)
    return game, transformer_limit(game, jnp.asarray(limit))


def place_of(needs: ChargingNeeds, hours: Hours, field: str, index: tuple[int, ...]) -> str:
    """Return where the number behind a field of the game is found in the files."""
    at = index[-1] if index else 0
    if field in _COLUMNS:
        return needs.place(index[0], _COLUMNS[field])
    if field == "bound_kw":
        return f"--limit {'plus' if index[0] else 'less'} the load, {hours.place(at, 'load_kw')}"
    return hours.place(at, "load_kw" if field == "load_kw" else "price")


def _bands(needs: ChargingNeeds, batteries: Batteries, home: NDArray[np.bool_], step_h: float) -> Bands:
    """Return vehicles that give back, but keep what they shall, and hold what they need when leaving."""
    stored, capacity, efficiency = batteries.stored_kwh, batteries.capacity_kwh, batteries.efficiency
    _within(needs, "efficiency", efficiency, 1e-3, 1.0)
    _within(needs, "capacity_kwh", capacity, 0.0, np.inf)
    _within(needs, "stored_kwh", stored, 0.0, capacity)
    _within(needs, "least_kwh", batteries.least_kwh, 0.0, capacity)
    gain = np.minimum(capacity - stored, np.maximum(needs.kw, 0.0) * home.sum(1) * efficiency * step_h)
    _within(needs, "kwh", needs.kwh, -stored, gain)
    kept = np.minimum(batteries.least_kwh, stored)
    needed = np.maximum(kept, stored + np.minimum(needs.kwh, gain))
    leaving = np.arange(home.shape[1]) >= needs.leaves[:, None] - 1
    return Bands(
        charge_kw=jnp.asarray(needs.kw[:, None] * home),
        discharge_kw=jnp.asarray(batteries.back_kw[:, None] * home),
        start_kwh=jnp.asarray(stored),
        floor_kwh=jnp.asarray(np.where(leaving, needed[:, None], kept[:, None])),
        ceiling_kwh=jnp.asarray(np.broadcast_to(capacity[:, None], home.shape)),
        charge_efficiency=jnp.asarray(efficiency),
        discharge_efficiency=jnp.asarray(efficiency),
        step_h=jnp.asarray(step_h),
    )


def _within(
    needs: ChargingNeeds, field: str, value: Floats, least: Floats | float, most: Floats | float
) -> None:
    least, most = np.broadcast_to(least, value.shape), np.broadcast_to(most, value.shape)
    slack = _SLACK * (1.0 + np.abs(value))
    wrong = (value < least - slack) | (value > most + slack)
    if not wrong.any():
        return
    vehicle = int(wrong.argmax())
    top = f"to {most[vehicle]:.6g}" if np.isfinite(most[vehicle]) else "or more"
    raise InputError(
        "more or less than this vehicle can have",
        where=needs.place(vehicle, field),
        found=f"{value[vehicle]:.6g}",
        expected=f"{least[vehicle]:.6g} {top}, by its battery, power and stay",
        mend="correct the row, or leave the vehicle out",
    )
