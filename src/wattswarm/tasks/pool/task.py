"""The pool of paper 002 as a decision problem, as printed (`LiteralPool`) and mended (`SoundPool`).

| | literal | sound |
|---|---|---|
| sees | eq. (18): demand of all, state of charge, urgent, regular, solar, price | (18) and more, see below |
| storage power | none but the range (8)-(9) | also that of the storage |
| does | eq. (19): share of (8)-(9), share of the step's regular demand served now | the same |
| is paid | eq. (20): the profit of all stations (17), the same for each | the same |

The sound station also sees what it put off, its share of the capacity, the sun of all, the hour, and the next
24 prices: those known under the regime, the others as they usually are. Both know of other stations
only sums, which the owner of the pool can send them. As actions are shares of what is feasible, no request is
infeasible and (20) needs no penalty. What (18) calls urgent includes what was put off in the step before (2).
"""

from __future__ import annotations

import abc
from collections.abc import Sequence

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.errors import InputError
from wattswarm.outlook import HOURLY_H, believing
from wattswarm.tasks.battery_view import shares_of_limits
from wattswarm.tasks.place import setting
from wattswarm.tasks.pool.play import pool_feasible, pool_requests, random_energy
from wattswarm.tasks.pool.view import MORE_OWN, MORE_SHARED, OWN, PRICE, TOTAL, Stations, stations
from wattswarm.tasks.space import Space
from wattswarm.tasks.task import EnvState, Features, Observation, Task
from wattswarm.world import Flows, Requests, Scenario, View, open_step, start


class PoolTask(Task):
    """What both tasks share: what stations do, are paid and may start at.

    Args:
        setting: world and episodes; of storages whose power never binds where the task is as printed.
        random_start: whether the key of an episode draws the states of charge it starts at.
    """

    stations: Stations
    random_start: bool = eqx.field(default=False, static=True)

    @abc.abstractmethod
    def own(self, view: View) -> Features:
        """Return what a station knows of itself, one array of shape [station] a feature."""

    @abc.abstractmethod
    def shared(self, view: View) -> Features:
        """Return what all stations know alike, one number a feature."""

    @property
    def agents(self) -> tuple[str, ...]:
        return self.stations.names

    def centre(self, view: View) -> Float[Array, " number"]:
        """Return every station's own state, then once what all know alike."""
        return jnp.concatenate([jnp.stack(self.own(view), axis=-1).reshape(-1), jnp.stack(self.shared(view))])

    def feasible(self, view: View) -> tuple[Float[Array, "agent 2"], Float[Array, "agent 2"]]:
        """Return the shares of storage and service that still change anything."""
        return pool_feasible(view)

    def requests(self, view: View, action: Float[Array, "agent 2"]) -> Requests:
        """Return (19), the shares as power and as demand put off."""
        return pool_requests(self.setting.world, view, action)

    def controls_for(self, view: View, asked: Requests) -> Float[Array, "agent 2"]:
        """Return the share of what each storage can give or take, and of regular demand served now.

        Where there is no regular demand, 1.
        """
        regular = view.exogenous.regular_kwh
        put_off = jnp.where(regular > 0, asked.defer_kwh / jnp.where(regular > 0, regular, 1.0), 0.0)
        return jnp.stack(
            [shares_of_limits(view, asked.battery_kw), 1.0 - jnp.clip(put_off, 0.0, 1.0)], axis=-1
        )

    def rewards(self, _episode: Int[Array, ""], _view: View, flows: Flows) -> Float[Array, " agent"]:
        """Return the profit of all stations (20), the same for each."""
        return jnp.ones(len(self.agents), flows.import_kw.dtype) * flows.money.net

    def begin(self, episode: Int[Array, ""], key: PRNGKeyArray) -> tuple[EnvState, Observation]:
        """Start a given episode; with `random_start` the key draws the states of charge."""
        if not self.random_start:
            return super().begin(episode, key)
        drawn, left = jax.random.split(key)
        at = jnp.zeros((), jnp.int32)
        world, episodes = self.setting.world, self.setting.episodes
        row = episodes.rows[episode, at]
        fresh = start(world)._replace(energy_kwh=random_energy(episodes.unpack(row), drawn))
        state, view = open_step(world, episodes, fresh, row)
        return EnvState(state, view, at, episode, left), self.observation(view)


class SoundPool(PoolTask):
    """Stations that know the prices ahead and sums over the pool are paid its profit."""

    name = "pool 002, sound"

    @property
    def spaces(self) -> tuple[Space, ...]:
        return self.stations.spaces((*OWN, *MORE_OWN, TOTAL, PRICE, *MORE_SHARED), self.setting.currency)

    def features(self, view: View) -> Features:
        """Return what every station sees: its own state, then what all see alike."""
        one = jnp.ones_like(view.energy_kwh)
        return (*self.own(view), *(one * value for value in self.shared(view)))

    def own(self, view: View) -> Features:
        """Return the station's part of (18), what it put off and its share of the capacity."""
        return (*self.stations.own(view), *self.stations.more_own(view))

    def shared(self, view: View) -> Features:
        """Return the demand of all, the price, the sun of all, the hour and the prices ahead."""
        price = self.stations.scaled(view.exogenous.import_price)
        return (self.stations.total(view), price, *self.stations.more_shared(view))


class LiteralPool(PoolTask):
    """Eqs. (18)-(20) of paper 002 as printed."""

    name = "pool 002, literal"

    @property
    def spaces(self) -> tuple[Space, ...]:
        return self.stations.spaces((TOTAL, *OWN, PRICE), self.setting.currency)

    def features(self, view: View) -> Features:
        """Return the state (18), in its order."""
        one = jnp.ones_like(view.energy_kwh)
        total, price = self.shared(view)
        return (one * total, *self.own(view), one * price)

    def own(self, view: View) -> Features:
        return self.stations.own(view)

    def shared(self, view: View) -> Features:
        return self.stations.total(view), self.stations.scaled(view.exogenous.import_price)


def hour_by_hour(scenario: Scenario) -> Scenario:
    """Return the scenario with prices and load of each of the next 24 hours: as known, the rest as usual."""
    return believing(scenario, ahead_h=HOURLY_H, ahead_fill="usual", expects_load=True)


def sound_pool(
    scenarios: Sequence[Scenario],
    *,
    random_start: bool = False,
    like: SoundPool | None = None,
    dtype: DTypeLike = np.float32,
) -> SoundPool:
    """Make the mended task of episodes of `pool_scenario`, whatever they show of what lies ahead.

    Args:
        scenarios: one episode each.
        random_start: whether the key of an episode draws the states of charge it starts at; for training.
        like: task whose scales to keep, so that a policy trained there sees here what it learnt to see.

    Raises:
        InputError: the episodes differ in site, length or regime, or are not a pool.
    """
    place = setting([hour_by_hour(each) for each in scenarios], dtype)
    seen = stations(scenarios, place, dtype) if like is None else like.stations
    return SoundPool(place, seen, random_start)


def literal_pool(
    scenarios: Sequence[Scenario],
    *,
    random_start: bool = False,
    like: LiteralPool | None = None,
    dtype: DTypeLike = np.float32,
) -> LiteralPool:
    """Make the task as printed of episodes of `pool_scenario(..., power_kw=capacity)`.

    Arguments are those of `sound_pool`.

    Raises:
        InputError: as `sound_pool`, and when the power of a storage can bind.
    """
    place = setting(scenarios, dtype)
    arrays = scenarios[0].arrays
    window_kwh = arrays.storage_ceiling_kwh - arrays.storage_floor_kwh
    most_kw = window_kwh / (arrays.charge_efficiency[arrays.port_count :] * arrays.dt_h)
    if (arrays.charge_kw[arrays.port_count :] < most_kw).any():
        raise InputError(
            "the printed task of paper 002 has no limit on storage power",
            where=f"site {scenarios[0].site.name}, power_kw",
            found=arrays.charge_kw.tolist(),
            expected=f"at least {np.round(most_kw, 1).tolist()} kW, which never binds",
            mend="give power_kw=capacity_kwh to `pool_scenario`, or use `sound_pool`",
        )
    seen = stations(scenarios, place, dtype) if like is None else like.stations
    return LiteralPool(place, seen, random_start)
