"""Vehicles that charge and discharge while what they store stays in a band: V2G (models 7.5, 8.1).

Their best reply is nested water filling. Let s_t(v) be what is best stored after step t where one more kWh is
worth v then. It rises with v, and with e_t(v), the energy of the power that is best in step t alone,

    s_t(v) = clip(s_{t-1}(v), floor, ceiling) + e_t(v).

It is straight but for kinks: where a step begins or ends to charge or discharge, and where an earlier s met
its floor or ceiling. So it is kept by its values at the kinks, and where it meets the next floor and ceiling
follows exactly. From the end backwards, where what is left over is worth nothing, the worth of a stored kWh
changes only to stay between these two.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.lax import Precision
from jaxtyping import Array, Bool, Float

from wattswarm.market.game.reply import Reply, Schedules
from wattswarm.market.game.water_filling import inverse


class Bands(NamedTuple):
    """What vehicles store, and the bands in which it must stay.

    A vehicle that loses energy on the way may spill what its full battery does not hold, which keeps the set
    convex. It pays only where the price, own effect included, is below 0: `spilled_kwh` tells. Where nothing
    is spilled no vehicle charges and discharges at once.
    """

    charge_kw: Schedules
    """Highest charging power, 0 while away [kW], shape [vehicle, step]."""
    discharge_kw: Schedules
    """Highest discharging power, 0 while away and without V2G [kW], shape [vehicle, step]."""
    start_kwh: Float[Array, " vehicle"]
    """Stored at the start [kWh], shape [vehicle]."""
    floor_kwh: Schedules
    """Least to be stored after each step [kWh], shape [vehicle, step]; what is needed at departure is the
    floor from the last step of the stay on."""
    ceiling_kwh: Schedules
    """Most that can be stored after each step [kWh], shape [vehicle, step]."""
    charge_efficiency: Float[Array, " vehicle"]
    """Energy stored for energy drawn, in (0, 1], shape [vehicle]."""
    discharge_efficiency: Float[Array, " vehicle"]
    """Energy fed in for energy taken from the battery, in (0, 1], shape [vehicle]."""
    step_h: Float[Array, ""]
    """Length of a step [h]."""

    @property
    def most_kw(self) -> Schedules:
        """Highest power in either direction, 0 while away [kW], shape [vehicle, step]."""
        return jnp.maximum(self.charge_kw, self.discharge_kw)

    @property
    def drawn_kwh(self) -> Float[Array, " vehicle"]:
        """Least energy that each must draw to hold at the end what it needs [kWh], shape [vehicle]."""
        return jnp.maximum(self.floor_kwh[:, -1] - self.start_kwh, 0.0) / self.charge_efficiency

    def reply(self, price: Schedules, curvature: Schedules) -> Reply:
        """Return the schedules that minimise sum of price x + curvature x^2 / 2."""
        worth = self._worth(price, curvature)
        power = self._power(price, curvature, worth)
        drop = worth - jnp.concatenate([worth[:, 1:], jnp.zeros_like(worth[:, :1])], axis=1)
        held = (jnp.where(drop > 0, self.floor_kwh, self.ceiling_kwh) * drop).sum(-1) - worth[
            :, 0
        ] * self.start_kwh
        alone = (price + 0.5 * curvature * power) * power - worth * self._stored_kw(power)
        return Reply(power, worth, alone.sum(-1) + held / self.step_h)

    def response(
        self, price: Schedules, curvature: Schedules, worth: Schedules, place: Float[Array, "vehicle place"]
    ) -> Float[Array, "place step step"]:
        """Return by how much vehicles of a place draw less in a step as the price of another step rises."""
        power = self._power(price, curvature, worth)
        moves = (power != 0) & (power < self.charge_kw) & (power > -self.discharge_kw)
        free = jnp.where(moves, inverse(curvature), 0.0)
        stored = self._stored_kw(jnp.sign(power)) * jnp.sign(power) * free
        # Steps of one worth move together; energy that nobody needs is worth 0 whatever the price.
        together = (worth[:, :, None] == worth[:, None, :]) & (worth != 0)[:, :, None]
        squares = stored**2 * curvature
        whole = jnp.where(together, squares[:, None, :], 0.0).sum(-1)
        share = stored / jnp.where(whole > 0, whole, 1.0)
        moved = jnp.where(together, stored[:, :, None] * share[:, None, :], 0.0)
        alone = jnp.matmul(place.T, free, precision=Precision.HIGHEST)
        moved = jnp.einsum("vp,vts->pts", place, moved, precision=Precision.HIGHEST)
        return alone[:, :, None] * jnp.eye(free.shape[1], dtype=free.dtype) - moved

    def stored_kwh(self, power_kw: Schedules) -> Schedules:
        """Return what is stored after each step if nothing is spilled [kWh], shape [vehicle, step]."""
        return self.start_kwh[:, None] + self.step_h * jnp.cumsum(self._stored_kw(power_kw), axis=1)

    def spilled_kwh(self, power_kw: Schedules) -> Float[Array, " vehicle"]:
        """Return what a schedule charges beyond full batteries [kWh], shape [vehicle]."""
        return jnp.maximum((self.stored_kwh(power_kw) - self.ceiling_kwh).max(-1), 0.0)

    def _stored_kw(self, power: Schedules) -> Schedules:
        return jnp.where(
            power > 0, power * self.charge_efficiency[:, None], power / self.discharge_efficiency[:, None]
        )

    def _power(self, price: Schedules, curvature: Schedules, worth: Schedules) -> Schedules:
        """Return the best power of each step alone, given the worth of a stored kWh."""
        limits = (
            self.charge_kw,
            self.discharge_kw,
            self.charge_efficiency[:, None],
            self.discharge_efficiency[:, None],
        )
        return _best_power(price, inverse(curvature), worth, *limits)

    def _worth(self, price: Schedules, curvature: Schedules) -> Schedules:
        """Return the worth of a stored kWh in each step, at which the best powers keep to the bands."""
        least, most = self._extremes(price, curvature)
        gain, loss = self.charge_efficiency[:, None], self.discharge_efficiency[:, None]
        # Where nothing curves the cost a step jumps from empty to full; the jump is given a little width.
        width = 64 * np.finfo(price.dtype).eps * jnp.abs(price).max() / jnp.maximum(self.most_kw.max(), 1e-9)
        curvature = jnp.maximum(curvature, width)
        kinks = jnp.concatenate(
            [
                price / gain,
                (price + curvature * self.charge_kw) / gain,
                price * loss,
                (price - curvature * self.discharge_kw) * loss,
            ],
            axis=1,
        )
        # Two more for each step, set as its floor and ceiling are met.
        later = jnp.broadcast_to(least, (len(least), 2 * price.shape[1]))
        worths = jnp.concatenate([least, most, jnp.clip(kinks, least, most), later], axis=1)
        stored = jnp.broadcast_to(self.start_kwh[:, None], worths.shape)

        def on(
            curve: tuple[Array, Array], now: tuple[Array, ...]
        ) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
            (worths, stored), (step, *row) = curve, now
            cost, stiff, charge_kw, discharge_kw, floor, ceiling = (each[:, None] for each in row)
            power = _best_power(cost, stiff, worths, charge_kw, discharge_kw, gain, loss)
            stored += self.step_h * jnp.where(power > 0, power * gain, power / loss)
            at_floor = _meeting(worths, stored, stored < floor, floor)
            at_ceiling = jnp.maximum(_meeting(worths, stored, stored <= ceiling, ceiling), at_floor)
            ends = stored.min(1, keepdims=True), stored.max(1, keepdims=True)
            met = jnp.clip(
                jnp.concatenate([jnp.maximum(ends[0], floor), jnp.minimum(ends[1], ceiling)], axis=1),
                floor,
                ceiling,
            )
            new = kinks.shape[1] + 2 + 2 * step
            worths = jax.lax.dynamic_update_slice_in_dim(
                worths, jnp.concatenate([at_floor, at_ceiling], axis=1), new, 1
            )
            stored = jax.lax.dynamic_update_slice_in_dim(jnp.clip(stored, floor, ceiling), met, new, 1)
            return (worths, stored), (at_floor[:, 0], at_ceiling[:, 0])

        def back(
            later: Float[Array, " vehicle"], bound: tuple[Float[Array, " vehicle"], Float[Array, " vehicle"]]
        ) -> tuple[Float[Array, " vehicle"], Float[Array, " vehicle"]]:
            own = jnp.clip(later, *bound)
            return own, own

        rows = (
            price,
            inverse(curvature),
            self.charge_kw,
            self.discharge_kw,
            self.floor_kwh,
            self.ceiling_kwh,
        )
        steps = jnp.arange(price.shape[1])
        bounds = jax.lax.scan(on, (worths, stored), (steps, *(each.T for each in rows)))[1]
        return jax.lax.scan(back, jnp.zeros_like(self.start_kwh), bounds, reverse=True)[1].T

    def _extremes(
        self, price: Schedules, curvature: Schedules
    ) -> tuple[Float[Array, "vehicle 1"], Float[Array, "vehicle 1"]]:
        """Return worths so low that all is discharged, and so high that all is charged."""
        lossy = (self.charge_efficiency * self.discharge_efficiency < 1.0) & (self.discharge_kw.max(-1) > 0)
        cheapest = (price - curvature * self.discharge_kw).min(-1)
        dearest = (price + curvature * self.charge_kw).max(-1)
        least = jnp.minimum(cheapest, 0.0) / self.charge_efficiency
        most = jnp.maximum(dearest, 0.0) / self.charge_efficiency
        margin = 1e-3 * (most - least) + np.finfo(price.dtype).tiny
        return jnp.where(lossy, 0.0, least - margin)[:, None], (most + margin)[:, None]


def _meeting(
    worths: Float[Array, "vehicle kink"],
    stored: Float[Array, "vehicle kink"],
    below: Bool[Array, "vehicle kink"],
    level: Float[Array, "vehicle 1"],
) -> Float[Array, "vehicle 1"]:
    """Return the worth at which what is stored passes a level, an end where it stays on one side."""

    def highest(values: Array, fallback: Array) -> Array:
        return jnp.where(below, values, fallback).max(1, keepdims=True)

    def lowest(values: Array, fallback: Array) -> Array:
        return jnp.where(below, fallback, values).min(1, keepdims=True)

    low = highest(worths, worths.min(1, keepdims=True))
    high = lowest(worths, worths.max(1, keepdims=True))
    under = highest(stored, stored.min(1, keepdims=True))
    over = lowest(stored, stored.max(1, keepdims=True))
    climb = over - under
    share = jnp.where(climb > 0, (level - under) / jnp.where(climb > 0, climb, 1.0), (level > under))
    return low + jnp.clip(share, 0.0, 1.0) * (high - low)


def _best_power(
    price: Array,
    stiffness: Array,
    worth: Array,
    charge_kw: Array,
    discharge_kw: Array,
    gain: Array,
    loss: Array,
) -> Array:
    """Return the power that minimises price x + x^2 / (2 stiffness) less the worth of what it stores."""
    charge = jnp.clip((gain * worth - price) * stiffness, 0.0, charge_kw)
    return charge - jnp.clip((price - worth / loss) * stiffness, 0.0, discharge_kw)
