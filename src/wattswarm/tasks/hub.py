"""Tasks whose agents are a site's batteries, each of which sets its share of what is possible."""

from __future__ import annotations

import abc

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from wattswarm.control import requests
from wattswarm.tasks.battery_view import BATTERY_ROWS, battery_features, shares_of_limits
from wattswarm.tasks.space import Space, spaces_of
from wattswarm.tasks.task import Features, Task
from wattswarm.world import Flows, Requests, View


class BatteryTask(Task):
    """Batteries set their share of what they can take (above 0) or give (below 0) in the step."""

    @property
    @abc.abstractmethod
    def reward(self) -> str:
        """What `rewards` is called in the table of spaces."""

    @property
    def spaces(self) -> tuple[Space, ...]:
        power = ("power", -1.0, 1.0, "share of the charge or discharge limit")
        return spaces_of(len(self.agents), BATTERY_ROWS, (power,), self.reward, self.setting.currency)

    def features(self, view: View) -> Features:
        return battery_features(self.setting, view)

    def feasible(self, view: View) -> tuple[Float[Array, "agent 1"], Float[Array, "agent 1"]]:
        """Return -1 where a battery can give and 1 where it can take, else 0."""
        low = jnp.where(view.discharge_limit_kw > 0, -1.0, 0.0).astype(view.energy_kwh.dtype)
        high = jnp.where(view.charge_limit_kw > 0, 1.0, 0.0).astype(view.energy_kwh.dtype)
        return low[:, None], high[:, None]

    def requests(self, view: View, action: Float[Array, "agent 1"]) -> Requests:
        """Return the share of each battery's limits; demand is served at once."""
        share = jnp.clip(action[:, 0], -1.0, 1.0)
        power = jnp.where(share > 0, share * view.charge_limit_kw, share * view.discharge_limit_kw)
        return requests(self.setting.world, power)

    def controls_for(self, view: View, asked: Requests) -> Float[Array, "agent 1"]:
        """Return the share of each battery's limits."""
        return shares_of_limits(view, asked.battery_kw)[:, None]


class Hub(BatteryTask):
    """Every port and every storage of a site is an agent that is paid what it earns the site.

    An agent earns its own energy at the import price, its wear, its customer's payment, the reward to its
    driver and its penalty for unmet energy; what the site earns or pays beyond (sun, load, demand charge,
    the spread between import and export price) is shared equally, so that all rewards add up to the profit.
    """

    name = "hub"
    reward = "profit"

    def rewards(self, _episode: Int[Array, ""], view: View, flows: Flows) -> Float[Array, " agent"]:
        """Return each battery's own money and an equal share of the rest; they add up to `money.net`."""
        money, dispatch = flows.money, flows.dispatch
        energy = (dispatch.charge_kw - dispatch.discharge_kw) * self.setting.world.step_h
        own = (
            money.customer_income
            - view.exogenous.import_price * energy
            - money.wear
            - money.v2g_reward
            - money.unmet_penalty
        )
        return own + (money.net - own.sum()) / own.size
