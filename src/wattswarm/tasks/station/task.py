"""The station of paper 001 as a decision problem, as printed (`LiteralStation`) and mended (`SoundStation`).

| | literal | sound |
|---|---|---|
| sees | eq. (20): state of charge, price, loading, solar, queue | all of `battery_features` |
| does | a in [-1, 1] times 7.2 kW (the printed [0, P_max] cannot discharge) | share of what is possible now |
| is paid | eq. (19), the same for all (22) | the site's profit, shared equally |
| target | missed state of charge costs in every step | unmet energy costs at departure |
| transformer | a penalty only | a limit that holds |

The weights 0.5, 0.3, 0.2 of cost, peak and loading are the paper's; 0.5 of the state of charge is ours.
The scale of the cost is the highest cost of one step under uncontrolled charging of the same day (ours: the
printed "maximum daily cost" would shrink the term 96-fold). Loading in (20) is that of what no agent
controls (ours).
"""

from __future__ import annotations

from collections.abc import Sequence

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike
from jaxtyping import Array, Float, Int

from wattswarm.control import requests, simulate
from wattswarm.plan.rules import Uncontrolled
from wattswarm.tasks.battery_view import PRICE_BOUND
from wattswarm.tasks.hub import BatteryTask
from wattswarm.tasks.place import setting
from wattswarm.tasks.space import Space, spaces_of
from wattswarm.tasks.station.site import CHARGER_KW, STATION_LIMIT_KW
from wattswarm.tasks.task import Features, Task
from wattswarm.world import Flows, Requests, Scenario, View

COST_WEIGHT, PEAK_WEIGHT, LOADING_WEIGHT, SOC_WEIGHT = 0.5, 0.3, 0.2, 0.5
"""Weights of eq. (19)."""
_LOADING_BOUND = 4.0


class SoundStation(BatteryTask):
    """Ports share the profit of the station equally; unmet energy is fined at departure only."""

    name = "station 001, sound"
    reward = "share of profit"

    def rewards(self, _episode: Int[Array, ""], _view: View, flows: Flows) -> Float[Array, " agent"]:
        """Return an equal share of the step's profit; the shares add up to `money.net`."""
        agents = len(self.agents)
        return jnp.ones(agents, flows.import_kw.dtype) * (flows.money.net / agents)


class LiteralStation(Task):
    """Eqs. (18)-(22) of paper 001 as printed.

    Args:
        setting: made of scenarios with a soft transformer.
        cost_scale: C_max of each episode [currency], shape [episode].
        limit_kw: rating of the transformer [kW].
    """

    cost_scale: Float[Array, " episode"]
    limit_kw: float = eqx.field(static=True)

    name = "station 001, literal"

    @property
    def spaces(self) -> tuple[Space, ...]:
        loading = f"{self.limit_kw:g} kW, of load, sun and what must charge"
        observed = (
            ("state of charge", 0.0, 1.0, "share of capacity; 0 at an empty port"),
            ("price", -PRICE_BOUND, PRICE_BOUND, "price scale of the bank"),
            ("transformer loading", -_LOADING_BOUND, _LOADING_BOUND, loading),
            ("solar", 0.0, 1.0, "largest solar power of the bank"),
            ("queue", 0.0, 1.0, "waiting vehicles a port, at most 1"),
        )
        power = ("power", -1.0, 1.0, f"{CHARGER_KW:g} kW")
        return spaces_of(len(self.agents), observed, (power,), "eq. (19)", "the same for all")

    def features(self, view: View) -> Features:
        """Return the local observation (20)."""
        x, scales = view.exogenous, self.setting.scales
        one = jnp.ones_like(view.energy_kwh)
        loading = (x.base_kw.sum() - x.solar_kw.sum() + view.must_kw.sum()) / self.limit_kw
        return (
            view.energy_kwh / jnp.where(x.capacity_kwh > 0, x.capacity_kwh, 1.0),
            one * jnp.clip(x.import_price / scales.price, -PRICE_BOUND, PRICE_BOUND),
            one * jnp.clip(loading, -_LOADING_BOUND, _LOADING_BOUND),
            one * jnp.clip(x.solar_kw.sum() / scales.solar_kw, 0.0, 1.0),
            one * jnp.minimum(x.queue.sum() / max(self.setting.world.ports, 1), 1.0),
        )

    def feasible(self, view: View) -> tuple[Float[Array, "agent 1"], Float[Array, "agent 1"]]:
        """Return the share of the charger's power that each vehicle can give and take."""
        return -view.discharge_limit_kw[:, None] / CHARGER_KW, view.charge_limit_kw[:, None] / CHARGER_KW

    def requests(self, _view: View, action: Float[Array, "agent 1"]) -> Requests:
        """Return the action times the charger's power."""
        power = jnp.clip(action[:, 0], -1.0, 1.0) * CHARGER_KW
        return requests(self.setting.world, power)

    def rewards(self, episode: Int[Array, ""], view: View, flows: Flows) -> Float[Array, " agent"]:
        """Return eq. (19) for every agent; an empty port has no state of charge to judge."""
        x, agents = view.exogenous, len(self.agents)
        cost = flows.money.import_cost - flows.money.export_income
        power = flows.import_kw + flows.export_kw
        capacity = jnp.where(x.capacity_kwh > 0, x.capacity_kwh, 1.0)
        missing = jnp.abs(flows.energy_kwh - x.target_kwh) / capacity
        team = -(
            COST_WEIGHT * cost / self.cost_scale[episode]
            + PEAK_WEIGHT * power / self.limit_kw
            + LOADING_WEIGHT * jnp.maximum(power / self.limit_kw - 1.0, 0.0)
            + SOC_WEIGHT * missing.sum() / agents
        )
        return jnp.ones(agents, team.dtype) * team


def literal_station(
    scenarios: Sequence[Scenario], *, limit_kw: float = STATION_LIMIT_KW, dtype: DTypeLike = np.float32
) -> LiteralStation:
    """Make the task as printed of days of `station_scenario(..., transformer="soft")`.

    Args:
        limit_kw: rating of the transformer, for the penalty.

    Raises:
        InputError: the days differ in site, length or regime.
    """
    place = setting(scenarios, dtype)
    money = [simulate(scenario, [Uncontrolled()], dtype=dtype)[0].flows.money for scenario in scenarios]
    highest = [float((np.asarray(m.import_cost) - np.asarray(m.export_income)).max()) for m in money]
    scale = jnp.asarray(np.asarray([value if value > 0 else 1.0 for value in highest], dtype))
    return LiteralStation(place, scale, limit_kw)
