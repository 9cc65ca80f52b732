"""From priorities to powers: each stay's need fills its steps in order of priority (models 11.1).

A candidate is a row of numbers in 0..1. First come the priorities of charging, one for each step of each
stay; then, where vehicles can give, how much they do in those steps (nothing up to one half); then the power
of each storage in each step (discharging below one half). Whatever it holds, the outcome respects ports,
needs and the grid connection; deeper limits and energies along the way are left to the world's projection.
"""

from __future__ import annotations

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int
from numpy.typing import NDArray

from wattswarm.world import Scenario, World

Floats = NDArray[np.float64]


class Slots(eqx.Module):
    """Steps in which vehicles stand at ports during one window of a scenario."""

    stay: Int[Array, " slot"]
    """Stay of each slot, the last one for padding, shape [slot]."""
    step: Int[Array, " slot"]
    """Step in the window, shape [slot]."""
    battery: Int[Array, " slot"]
    """Port, shape [slot]."""
    charge_kw: Float[Array, " slot"]
    """0 for padding, shape [slot]."""
    discharge_kw: Float[Array, " slot"]
    """Shape [slot]."""
    return_kw: Float[Array, " slot"]
    """Charging that pays back a discharged kW, shape [slot]."""
    need_kw: Float[Array, " stay"]
    """Power to the target if it all flowed in one step, shape [stay]."""
    room_kw: Float[Array, " step"]
    """What the grid connection leaves for batteries, shape [step]."""
    storage_charge_kw: Float[Array, " storage"]
    """Shape [storage]."""
    storage_discharge_kw: Float[Array, " storage"]
    """Shape [storage]."""
    gives: bool = eqx.field(static=True)
    """Whether any vehicle can discharge."""

    @property
    def layers(self) -> tuple[int, int, int]:
        """Numbers in a candidate for charging, discharging and storages."""
        slots = len(self.stay)
        return slots, slots if self.gives else 0, len(self.room_kw) * len(self.storage_charge_kw)

    @property
    def dimension(self) -> int:
        """Numbers in a candidate."""
        return sum(self.layers)


def slots_of(
    scenario: Scenario, world: World, begin: int, end: int, energy_kwh: Floats, slots: int, stays: int
) -> Slots:
    """Lay out a window of a scenario for the decoder.

    Args:
        scenario: what is believed to happen.
        world: its parameters, which give the precision.
        begin: first step of the window.
        end: step after its last one.
        energy_kwh: energies before the window, shape [battery].
        stays: number to pad to, at least one more than there are.
    """
    arrays, every = scenario.arrays, scenario.stays
    inside = every.take((every.begin < end) & (every.end > begin))
    port, here = inside.port, inside.begin < begin
    stay, step = replace(inside, begin=np.maximum(inside.begin, begin)).each_step(end)
    energy = np.where(here, energy_kwh[port], inside.arrival_kwh)
    eta, back = arrays.charge_efficiency[port], arrays.discharge_efficiency[port]
    need = np.maximum(inside.target_kwh - energy, 0.0) / (eta * arrays.dt_h)
    load = scenario.base_kw + (scenario.urgent_kwh + scenario.regular_kwh) / arrays.dt_h
    room = arrays.import_limit_kw[-1] + scenario.solar_kw.sum(axis=1) - load.sum(axis=1)
    dtype = world.initial_kwh.dtype
    pad = slots - len(stay)

    def per_slot(values: Floats) -> Float[Array, " slot"]:
        return jnp.asarray(np.pad(values[stay], (0, pad)), dtype)

    return Slots(
        stay=jnp.asarray(np.pad(stay, (0, pad), constant_values=stays - 1), jnp.int32),
        step=jnp.asarray(np.pad(step - begin, (0, pad)), jnp.int32),
        battery=jnp.asarray(np.pad(port[stay], (0, pad)), jnp.int32),
        charge_kw=per_slot(inside.charge_kw),
        discharge_kw=per_slot(inside.discharge_kw),
        return_kw=per_slot(1.0 / (eta * back)),
        need_kw=jnp.asarray(np.pad(need, (0, stays - len(need))), dtype),
        room_kw=jnp.asarray(np.maximum(room[begin:end], 0.0), dtype),
        storage_charge_kw=jnp.asarray(arrays.charge_kw[arrays.port_count :], dtype),
        storage_discharge_kw=jnp.asarray(arrays.discharge_kw[arrays.port_count :], dtype),
        gives=bool((every.discharge_kw > 0).any()),
    )


def decode(slots: Slots, candidate: Float[Array, " dimension"], ports: int) -> Float[Array, "step battery"]:
    """Turn a candidate into powers.

    Args:
        candidate: numbers in 0..1.
        ports: number of ports; storages follow them.

    Returns:
        Power of each battery in each step [kW], charging positive.
    """
    charging, giving, _ = slots.layers
    given = _given(slots, candidate[charging : charging + giving])
    need = slots.need_kw.at[slots.stay].add(given * slots.return_kw)
    most = jnp.where(given > 0, 0.0, slots.charge_kw)
    order = jnp.argsort(-candidate[:charging])

    def fill(left: tuple[Array, Array], at: Array) -> tuple[tuple[Array, Array], Array]:
        need, room = left
        stay, step = slots.stay[at], slots.step[at]
        power = jnp.minimum(jnp.minimum(most[at], need[stay]), room[step])
        return (need.at[stay].add(-power), jnp.maximum(room.at[step].add(-power), 0.0)), power

    (_, room), filled = jax.lax.scan(fill, (need, slots.room_kw), order, unroll=8)
    power = jnp.zeros_like(most).at[order].set(filled) - given
    storages = _storages(slots, candidate[charging + giving :], room)
    table = jnp.zeros((len(room), ports), power.dtype).at[slots.step, slots.battery].add(power)
    return jnp.concatenate([table, storages], axis=1)


def encode(slots: Slots, battery_kw: Floats, ports: int) -> Floats:
    """Return a candidate whose decoding resembles a schedule, to start a search from.

    Args:
        battery_kw: schedule, shape [step, battery].

    Returns:
        Candidate, shape [dimension].
    """
    step, battery = np.asarray(slots.step), np.asarray(slots.battery)
    power = battery_kw[step, battery]
    share = power / np.maximum(np.asarray(slots.charge_kw, np.float64), 1e-9)
    early = 1.0 - step / battery_kw.shape[0]
    layers = [np.where(share > 1e-3, 0.5 + 0.5 * np.clip(share, 0.0, 1.0), 0.5 * early)]
    if slots.gives:
        given = -power / np.maximum(np.asarray(slots.discharge_kw, np.float64), 1e-9)
        layers.append(np.where(given > 1e-3, 0.5 + 0.5 * np.clip(given, 0.0, 1.0), 0.25))
    stored = battery_kw[:, ports:]
    into = np.maximum(stored, 0.0) / np.maximum(np.asarray(slots.storage_charge_kw, np.float64), 1e-9)
    out = np.maximum(-stored, 0.0) / np.maximum(np.asarray(slots.storage_discharge_kw, np.float64), 1e-9)
    layers.append((0.5 + 0.5 * (into - out)).ravel())
    return np.asarray(np.clip(np.concatenate(layers), 0.0, 1.0), np.float64)


def _given(slots: Slots, genes: Float[Array, " slot"]) -> Float[Array, " slot"]:
    """Return what vehicles give [kW], scaled so that the rest of the stay can pay it back."""
    if not slots.gives:
        return jnp.zeros_like(slots.charge_kw)
    wish = slots.discharge_kw * jnp.clip(2.0 * genes - 1.0, 0.0, 1.0)
    zero = jnp.zeros_like(slots.need_kw)
    owed = zero.at[slots.stay].add(wish * slots.return_kw)
    able = zero.at[slots.stay].add(jnp.where(wish > 0, 0.0, slots.charge_kw))
    spare = jnp.maximum(able - slots.need_kw, 0.0)
    share = jnp.where(owed > spare, spare / jnp.where(owed > 0, owed, 1.0), 1.0)
    return wish * share[slots.stay]


def _storages(
    slots: Slots, genes: Float[Array, " gene"], room: Float[Array, " step"]
) -> Float[Array, "step storage"]:
    signed = 2.0 * genes.reshape(len(room), -1) - 1.0
    charge = jnp.maximum(signed, 0.0) * slots.storage_charge_kw
    total = charge.sum(axis=1)
    fits = jnp.where(total > room, room / jnp.where(total > 0, total, 1.0), 1.0)
    return charge * fits[:, None] - jnp.maximum(-signed, 0.0) * slots.storage_discharge_kw
