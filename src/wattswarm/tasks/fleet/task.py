"""The fleet of paper 003 as a decision problem: vehicles alone, with forecasts, or with forecasts and a game.

| | sees | does |
|---|---|---|
| `Fleet` | battery, dwell, price and load now, peak and valley so far | from giving to taking all, 0 rests |
| `ForecastFleet` | that, and what price and load are expected | the same |
| `FusedFleet` | that, the price of the game, its own part of the equilibrium | 0 does its part of it |

Everyone is paid what it costs itself, and by how much less the day's peak-valley difference is without it.

Whatever is done, targets stay in reach: what has to flow flows, what is needed is not given.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from wattswarm.control import missing_kw, must_kw, requests, spare_kw
from wattswarm.outlook import hints_of
from wattswarm.tasks.battery_view import PRICE_BOUND
from wattswarm.tasks.space import Row, Space, spaces_of
from wattswarm.tasks.task import EnvState, Features, Task, Timestep
from wattswarm.world import Flows, Requests, View

_DAY_H = 24.0
_OF_FLEET = "power of all chargers"

_OWN: tuple[Row, ...] = (
    ("state of charge", 0.0, 1.0, "share of capacity; 0 at an empty port"),
    ("missing to target", -1.0, 1.0, "share of capacity"),
    ("dwell left", 0.0, 1.0, "days"),
    ("hours to spare", -1.0, 1.0, "days, of the dwell beyond what charging takes"),
    ("charge limit", 0.0, 1.0, "largest power of a charger"),
    ("discharge limit", 0.0, 1.0, "largest power of a charger, as far as it can be spared"),
    ("has to flow", 0.0, 1.0, "largest power of a charger"),
    ("plugged", 0.0, 1.0, "1 where there is a vehicle"),
)
_SITE: tuple[Row, ...] = (
    ("price", -PRICE_BOUND, PRICE_BOUND, "price scale of the bank"),
    ("load", -4.0, 4.0, _OF_FLEET),
    ("peak so far", -4.0, 4.0, f"{_OF_FLEET}, above the load now; 0 in the first step"),
    ("valley so far", -4.0, 4.0, f"{_OF_FLEET}, below the load now; 0 in the first step"),
    ("begins", 0.0, 1.0, "1 in the first step"),
    ("all that can be taken", 0.0, 1.0, _OF_FLEET),
    ("all that can be given", 0.0, 1.0, _OF_FLEET),
    ("all that has to flow", 0.0, 1.0, _OF_FLEET),
    ("all that is missing", 0.0, 4.0, f"{_OF_FLEET}, in one step"),
    ("vehicles here", 0.0, 1.0, "share of ports"),
    ("hour, sine", -1.0, 1.0, "of the local clock"),
    ("hour, cosine", -1.0, 1.0, "of the local clock"),
)
_BLOCKS = ((0, 1), (1, 3), (3, 6), (6, 12), (12, 24))
_EXPECTED: tuple[Row, ...] = (
    *(
        (f"price {a}-{b} h ahead", -PRICE_BOUND, PRICE_BOUND, "price scale, change from now, as expected")
        for a, b in _BLOCKS
    ),
    *((f"load {a}-{b} h ahead", -4.0, 4.0, f"{_OF_FLEET}, change from now, as expected") for a, b in _BLOCKS),
)
_SIGNAL: tuple[Row, ...] = (
    ("composite price", -PRICE_BOUND, PRICE_BOUND, "price scale of the bank"),
    ("lowest composite price of the stay", -PRICE_BOUND, PRICE_BOUND, "price scale, from now"),
    ("highest composite price of the stay", -PRICE_BOUND, PRICE_BOUND, "price scale, from now"),
    ("hours of the stay with a lower one", 0.0, 1.0, "days"),
    ("own equilibrium power", -1.0, 1.0, "largest power of a charger"),
    ("ahead of the equilibrium", -1.0, 1.0, "share of capacity, of energy stored"),
    ("equilibrium power of all", -1.0, 1.0, _OF_FLEET),
    ("rise to the planned peak", 0.0, 1.0, "share of what all could draw beyond the equilibrium"),
    ("fall to the planned valley", 0.0, 1.0, "share of what all could draw less than the equilibrium"),
    ("planned net load", -4.0, 4.0, f"{_OF_FLEET}, above the mean of what is planned"),
)


class Fleet(Task):
    """Vehicles that know nothing of the hours ahead but their own departure."""

    name = "fleet 003"

    @property
    def observed(self) -> tuple[Row, ...]:
        return (*_OWN, *_SITE)

    @property
    def spaces(self) -> tuple[Space, ...]:
        power = ("power", -1.0, 1.0, "from all that can be spared to all that can be taken")
        return spaces_of(len(self.agents), self.observed, (power,), "profit", self.setting.currency)

    def features(self, view: View) -> Features:
        return (*self.own(view), *self._alike(view, self.site(view)))

    def own(self, view: View) -> Features:
        """Return what a vehicle knows of itself."""
        world, x, power = self.setting.world, view.exogenous, self.setting.scales.power_kw
        capacity = jnp.where(x.capacity_kwh > 0, x.capacity_kwh, 1.0)
        rate = jnp.where(x.charge_kw > 0, x.charge_kw, 1.0)
        here = jnp.where(x.steps_left > 0, 1.0, 0.0).astype(view.energy_kwh.dtype)
        left = x.steps_left * world.step_h / _DAY_H
        takes = missing_kw(world, view) / rate * world.step_h / _DAY_H
        return (
            view.energy_kwh / capacity,
            here * jnp.clip((x.target_kwh - view.energy_kwh) / capacity, -1.0, 1.0),
            jnp.minimum(left, 1.0),
            jnp.clip(left - takes, -1.0, 1.0),
            view.charge_limit_kw / power,
            spare_kw(world, view) / power,
            must_kw(world, view) / power,
            here,
        )

    def site(self, view: View) -> tuple[Float[Array, ""], ...]:
        """Return what all vehicles know of their site."""
        x, hints = view.exogenous, hints_of(view)
        world, scales = self.setting.world, self.setting.scales
        load, fleet = self.load_kw(view), self.fleet_kw
        zero = jnp.zeros_like(load)
        fresh = jnp.where(x.new_period > 0, 1.0, 0.0).astype(load.dtype)
        above, below = zero, zero
        if view.extremes is not None:
            above = (1.0 - fresh) * (view.extremes.highest_kw - load) / fleet
            below = (1.0 - fresh) * (load - view.extremes.lowest_kw) / fleet
        return (
            jnp.clip(x.import_price / scales.price, -PRICE_BOUND, PRICE_BOUND),
            jnp.clip(load / fleet, -4.0, 4.0),
            jnp.clip(above, -4.0, 4.0),
            jnp.clip(below, -4.0, 4.0),
            fresh,
            view.charge_limit_kw.sum() / fleet,
            spare_kw(world, view).sum() / fleet,
            must_kw(world, view).sum() / fleet,
            jnp.clip(missing_kw(world, view).sum() / fleet, 0.0, 4.0),
            (x.steps_left > 0).mean(dtype=load.dtype),
            hints.hour_sin,
            hints.hour_cos,
        )

    @property
    def fleet_kw(self) -> Float[Array, ""]:
        """Power of all chargers together [kW]."""
        return self.setting.scales.power_kw * len(self.agents)

    def load_kw(self, view: View) -> Float[Array, ""]:
        """Return the load of the step that no vehicle controls [kW]."""
        return view.exogenous.base_kw.sum() - view.exogenous.solar_kw.sum()

    def usual_kw(self, view: View) -> Float[Array, " agent"]:
        """Return the power that an action of 0 asks for [kW]: none."""
        return jnp.zeros_like(view.energy_kwh)

    def feasible(self, view: View) -> tuple[Float[Array, "agent 1"], Float[Array, "agent 1"]]:
        """Return -1 where something can be spared, 1 where something can be taken, else 0."""
        least, most = self._range_kw(view)
        usual, dtype = jnp.clip(self.usual_kw(view), least, most), view.energy_kwh.dtype
        low, high = jnp.where(usual > least, -1.0, 0.0), jnp.where(usual < most, 1.0, 0.0)
        return low.astype(dtype)[:, None], high.astype(dtype)[:, None]

    def requests(self, view: View, action: Float[Array, "agent 1"]) -> Requests:
        """Return the power of each vehicle: 0 asks for the usual, 1 for the most, -1 for the least."""
        share, (least, most) = jnp.clip(action[:, 0], -1.0, 1.0), self._range_kw(view)
        usual = jnp.clip(self.usual_kw(view), least, most)
        room = jnp.where(share > 0, most - usual, usual - least)
        return requests(self.setting.world, usual + share * room)

    def rewards(self, _episode: Int[Array, ""], view: View, flows: Flows) -> Float[Array, " agent"]:
        """Return what each vehicle earns the site by being there; with equal shares of the rest, `money.net`.

        Its energy costs what one more kWh costs the site, and it is charged by how much less peak and valley
        would lie apart without its own power in this step.
        """
        money, x, world = flows.money, view.exogenous, self.setting.world
        power = flows.dispatch.charge_kw - flows.dispatch.discharge_kw
        price = jnp.where(flows.import_kw > 0, x.import_price, x.export_price)
        own = -price * power * world.step_h - money.wear - money.v2g_reward - money.unmet_penalty
        if view.extremes is not None:
            net = flows.import_kw - flows.export_kw
            widened = self._difference(view, net) - self._difference(view, net - power)
            own = own - world.peak_valley_charge * widened
        return own + (money.net - own.sum()) / own.size

    def step(self, state: EnvState, action: Float[Array, "agent control"]) -> tuple[EnvState, Timestep]:
        """Advance by one step; the last of a day truly ends it: all have left, the next has its own peak."""
        moved, timestep = super().step(state, action)
        goes_on = jnp.where(moved.step < self.setting.steps, timestep.discount, 0.0)
        return moved, timestep._replace(discount=goes_on.astype(timestep.discount.dtype))

    def _difference(self, view: View, net_kw: Array) -> Array:
        """Return peak less valley of the day so far with such a net import in this step [kW]."""
        assert view.extremes is not None  # only asked for where the charge is
        fresh = view.exogenous.new_period > 0
        highest = jnp.where(fresh, net_kw, jnp.maximum(view.extremes.highest_kw, net_kw))
        lowest = jnp.where(fresh, net_kw, jnp.minimum(view.extremes.lowest_kw, net_kw))
        return highest - lowest

    def _range_kw(self, view: View) -> tuple[Float[Array, " agent"], Float[Array, " agent"]]:
        """Return the least and the most power with which every target stays in reach [kW]."""
        world = self.setting.world
        must = must_kw(world, view)
        least = jnp.where(must > 0, must, -spare_kw(world, view))
        return least, jnp.maximum(view.charge_limit_kw, must)

    def _alike(self, view: View, values: tuple[Array, ...]) -> Features:
        one = jnp.ones_like(view.energy_kwh)
        return tuple(one * value for value in values)


class ForecastFleet(Fleet):
    """Vehicles that also see what price and load are expected."""

    name = "fleet 003, forecast"

    @property
    def observed(self) -> tuple[Row, ...]:
        return (*_OWN, *_SITE, *_EXPECTED)

    def site(self, view: View) -> tuple[Float[Array, ""], ...]:
        """Return what all vehicles know, then what is expected."""
        return (*super().site(view), *self.expected(view))

    def expected(self, view: View) -> tuple[Float[Array, ""], ...]:
        """Return expected prices and loads, from now."""
        x, hints = view.exogenous, hints_of(view)
        prices = (hints.price_ahead - x.import_price) / self.setting.scales.price
        loads = (hints.net_ahead_kw - self.load_kw(view)) / self.fleet_kw
        return (
            *(jnp.clip(prices[a:b].mean(), -PRICE_BOUND, PRICE_BOUND) for a, b in _BLOCKS),
            *(jnp.clip(loads[a:b].mean(), -4.0, 4.0) for a, b in _BLOCKS),
        )


class FusedFleet(ForecastFleet):
    """Vehicles that also see the game: its price, and their own part of its equilibrium."""

    name = "fleet 003, fused"

    @property
    def observed(self) -> tuple[Row, ...]:
        return (*_OWN, *_SIGNAL, *_SITE, *_EXPECTED)

    def own(self, view: View) -> Features:
        """Return what a vehicle knows of itself, then its part of the game."""
        x, hints = view.exogenous, hints_of(view)
        scales, world = self.setting.scales, self.setting.world
        now, later = hints.signal_ahead[0], hints.signal_ahead[None, 1:]
        stays = jnp.arange(1, later.shape[1] + 1)[None, :] < x.steps_left[:, None]
        one = jnp.ones_like(view.energy_kwh)
        capacity = jnp.where(x.capacity_kwh > 0, x.capacity_kwh, 1.0)
        held = jnp.where(x.steps_left > 0, (view.energy_kwh - hints.advised_kwh) / capacity, 0.0)
        least = jnp.where(stays, later, now).min(axis=1)
        most = jnp.where(stays, later, now).max(axis=1)
        game = (
            one * jnp.clip(now / scales.price, -PRICE_BOUND, PRICE_BOUND),
            jnp.clip((least - now) / scales.price, -PRICE_BOUND, PRICE_BOUND),
            jnp.clip((most - now) / scales.price, -PRICE_BOUND, PRICE_BOUND),
            (stays & (later < now)).sum(axis=1, dtype=one.dtype) * world.step_h / _DAY_H,
            hints.advised_kw / scales.power_kw,
            jnp.clip(held, -1.0, 1.0),
            one * hints.advised_kw.sum() / self.fleet_kw,
            *self._alike(view, self.band(view)),
        )
        return (*super().own(view), *game)

    def band(self, view: View) -> tuple[Float[Array, ""], ...]:
        """Return how far the fleet is from the highest and the lowest net load that it plans."""
        x, hints = view.exogenous, hints_of(view)
        least, most = self._range_kw(view)
        usual = jnp.clip(self.usual_kw(view), least, most)
        now, later = self.load_kw(view) + usual.sum(), hints.planned_kw[1:]
        highest, lowest = jnp.maximum(later.max(), now), jnp.minimum(later.min(), now)
        if view.extremes is not None:
            fresh = x.new_period > 0
            highest = jnp.where(fresh, highest, jnp.maximum(highest, view.extremes.highest_kw))
            lowest = jnp.where(fresh, lowest, jnp.minimum(lowest, view.extremes.lowest_kw))
        up, down = (most - usual).sum(), (usual - least).sum()
        return (
            jnp.clip((highest - now) / jnp.maximum(up, 1.0), 0.0, 1.0),
            jnp.clip((now - lowest) / jnp.maximum(down, 1.0), 0.0, 1.0),
            jnp.clip((now - hints.planned_kw.mean()) / self.fleet_kw, -4.0, 4.0),
        )

    def usual_kw(self, view: View) -> Float[Array, " agent"]:
        """Return the power that an action of 0 asks for [kW]: its part of the equilibrium, or back to it.

        What a vehicle holds beyond the equilibrium, or less, is spread over the rest of its stay.
        """
        x, hints = view.exogenous, hints_of(view)
        world = self.setting.world
        left = jnp.maximum(x.steps_left, 1.0) * world.step_h
        held = jnp.where(x.steps_left > 0, view.energy_kwh - hints.advised_kwh, 0.0)
        return hints.advised_kw - held / (world.charge_efficiency * left)
