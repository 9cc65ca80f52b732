"""The station as an anticipating decision problem: (18)-(22) of 001 with what the state (20) leaves out.

Without the departure and the prices until then, no agent can know urgency or a better hour; with what is
asked of the world unguarded, nearly all that is learned is not to miss targets (models.md 3.3). So agents see
the forecast prices of their own stay as ranks, and set how much more than what has to flow they take, or
how much of what can be spared they give. Pay tells who earned it.
"""

from __future__ import annotations

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from wattswarm.control import missing_kw, requests, spare_kw
from wattswarm.errors import InputError
from wattswarm.outlook import beliefs_of, hints_of
from wattswarm.papers.p001_station.problem.ranks import QUARTERS_H, ranks
from wattswarm.plan.rules import site_must_kw
from wattswarm.tasks import PRICE_BOUND, Features, Space, Task, setting, spaces_of
from wattswarm.world import Flows, Requests, Scenario, View

_STEPS = float(len(QUARTERS_H) - 1)
_NEAR_STEPS = 4.0
_LEAST_KW = 1e-6
_SEEN = (
    ("steps needed", 0.0, 2.0, "16 steps at full power to the target"),
    ("steps to spare", -1.0, 2.0, "16 steps, of those left beyond those needed"),
    ("cheaper steps", 0.0, 1.0, "16 later steps of the stay that are cheaper than now"),
    ("dearer steps", 0.0, 1.0, "16 later steps of the stay that are dearer than now"),
    ("needed beyond the cheaper", -1.0, 1.0, "4 steps"),
    ("refills beyond the needed", -1.0, 1.0, "4 steps in which what is given now is bought back at a profit"),
    ("resells", 0.0, 1.0, "16 later steps of the stay in which what is bought now is sold at a profit"),
    ("beyond the target", 0.0, 1.0, "16 steps at full power"),
    ("beyond the dearer", -1.0, 1.0, "4 steps by which it is above its target, less the dearer steps"),
    ("lowest price of the stay", -PRICE_BOUND, PRICE_BOUND, "price scale, from now"),
    ("highest price of the stay", -PRICE_BOUND, PRICE_BOUND, "price scale, from now"),
    ("import price", -PRICE_BOUND, PRICE_BOUND, "price scale of the bank"),
    ("has to flow", 0.0, 1.0, "largest battery power of the bank"),
    ("can be spared", 0.0, 1.0, "largest battery power of the bank"),
    ("plugged", 0.0, 1.0, "1 where there is a vehicle"),
    ("headroom", -1.0, 1.0, "share of the import limit left by load, sun and what must flow"),
    ("wanted", 0.0, 4.0, "import limit, by all who miss energy, at once"),
    ("surplus of sun", -1.0, 1.0, "largest solar power of the bank"),
    ("hour, sine", -1.0, 1.0, "of the local clock"),
    ("hour, cosine", -1.0, 1.0, "of the local clock"),
)


class AnticipatingStation(Task):
    """Ports choose between giving what can be spared, what has to flow, all that is missing, and more."""

    name = "station 001, anticipating"

    @property
    def spaces(self) -> tuple[Space, ...]:
        """What ports see, set and earn."""
        power = ("power", -1.0, 1.0, "from the spare over what must (0) and all missing (0.5) to full")
        return spaces_of(len(self.agents), _SEEN, (power,), "profit", self.setting.currency)

    def features(self, view: View) -> Features:
        world, scales = self.setting.world, self.setting.scales
        x, hints = view.exogenous, hints_of(view)
        stay, one = ranks(world, view), jnp.ones_like(view.energy_kwh)
        limit = jnp.maximum(world.import_limit_kw[-1], 1.0)
        must, missing = site_must_kw(world, view), missing_kw(world, view)
        load, sun = x.base_kw.sum(), x.solar_kw.sum()
        wanted = jnp.minimum(missing, view.charge_limit_kw).sum()
        own = (
            jnp.clip(stay.needed / _STEPS, 0.0, 2.0),
            jnp.clip((x.steps_left - stay.needed) / _STEPS, -1.0, 2.0),
            stay.cheaper / _STEPS,
            stay.dearer / _STEPS,
            jnp.clip((stay.needed - stay.cheaper) / _NEAR_STEPS, -1.0, 1.0),
            jnp.clip((stay.refill - stay.needed) / _NEAR_STEPS, -1.0, 1.0),
            stay.resell / _STEPS,
            jnp.clip(stay.beyond / _STEPS, 0.0, 1.0),
            jnp.clip((stay.beyond - stay.dearer) / _NEAR_STEPS, -1.0, 1.0),
            _price(stay.least - x.import_price, scales.price),
            _price(stay.most - x.import_price, scales.price),
        )
        site = (
            jnp.clip((limit - load + sun - must.sum()) / limit, -1.0, 1.0),
            jnp.clip(wanted / limit, 0.0, 4.0),
            jnp.clip((sun - load - must.sum()) / scales.solar_kw, -1.0, 1.0),
            hints.hour_sin,
            hints.hour_cos,
        )
        return (
            *own,
            one * _price(x.import_price, scales.price),
            must / scales.power_kw,
            spare_kw(world, view) / scales.power_kw,
            jnp.where(x.capacity_kwh > 0, one, 0.0),
            *[one * value for value in site],
        )

    def feasible(self, view: View) -> tuple[Float[Array, "agent 1"], Float[Array, "agent 1"]]:
        """Return -1 where something can be spared; 0.5 where something is missing; 1 where it can be sold."""
        dtype = view.energy_kwh.dtype
        low = jnp.where(spare_kw(self.setting.world, view) > 0, -1.0, 0.0).astype(dtype)
        sells = (view.exogenous.discharge_kw > 0) & (view.charge_limit_kw > 0)
        high = jnp.where(missing_kw(self.setting.world, view) > 0, 0.5, 0.0)
        return low[:, None], jnp.where(sells, 1.0, high).astype(dtype)[:, None]

    def requests(self, view: View, action: Float[Array, "agent 1"]) -> Requests:
        """Return what has to flow, raised towards all that is missing and beyond, or less what is given.

        The lower half of what is above 0 leads to the target, the upper half beyond it, to be sold again.
        """
        world, share = self.setting.world, jnp.clip(action[:, 0], -1.0, 1.0)
        must, enough, full = self._amounts(view)
        more = must + jnp.clip(2.0 * share, 0.0, 1.0) * (enough - must)
        more = more + jnp.clip(2.0 * share - 1.0, 0.0, 1.0) * (full - enough)
        # Who has to charge gives nothing.
        given = jnp.where(must > 0, 0.0, jnp.maximum(-share, 0.0) * spare_kw(world, view))
        return requests(world, more - given)

    def _amounts(self, view: View) -> tuple[Array, Array, Array]:
        """Return what has to flow, what leads to the target, and the most of use [kW], shape [agent] each."""
        world, limit = self.setting.world, view.charge_limit_kw
        must = site_must_kw(world, view)
        enough = jnp.maximum(jnp.minimum(missing_kw(world, view), limit), must)
        full = jnp.where(view.exogenous.discharge_kw > 0, limit, enough)
        return must, enough, jnp.maximum(full, enough)

    def controls_for(self, view: View, asked: Requests) -> Float[Array, "agent 1"]:
        """Return how far each port goes from what has to flow towards what is asked.

        What would keep less than has to flow counts as that.
        """
        world, power = self.setting.world, asked.battery_kw
        must, enough, full = self._amounts(view)
        spare = spare_kw(world, view)
        beyond = 0.5 + 0.5 * _part(power - enough, full - enough)
        more = jnp.where(power > enough, beyond, 0.5 * _part(power - must, enough - must))
        return jnp.where(power >= 0.0, more, -_part(-power, spare))[:, None]

    def rewards(self, _episode: Int[Array, ""], view: View, flows: Flows) -> Float[Array, " agent"]:
        """Return each vehicle's own money, the worth of what it stores, and an equal share of the rest.

        Energy costs what one more kWh costs the site: the export price while it exports. What is stored is
        worth the middle of the known prices; a stay stores the same whatever the policy, so this moves pay
        within the stay and leaves its sum alone. Without the worth, all that is stored, the pay adds up to
        `money.net`.
        """
        money, dispatch, x, world = flows.money, flows.dispatch, view.exogenous, self.setting.world
        price = jnp.where(flows.import_kw > 0, x.import_price, x.export_price)
        energy = (dispatch.charge_kw - dispatch.discharge_kw) * world.step_h
        own = money.customer_income - price * energy - money.wear - money.v2g_reward - money.unmet_penalty
        hints = hints_of(view)
        usual = 0.5 * (hints.price_low + hints.price_high)
        # What leaves beyond the target is lost.
        lost = jnp.where(x.steps_left == 1.0, jnp.maximum(flows.energy_kwh - x.target_kwh, 0.0), 0.0)
        stored = (flows.energy_kwh - lost - view.energy_kwh) / world.charge_efficiency
        return own + usual * stored + (money.net - own.sum()) / own.size


def anticipating_station(scenarios: Sequence[Scenario]) -> AnticipatingStation:
    """Make the task of days at the station, in single precision.

    Args:
        scenarios: one day each, with the prices ahead laid out in `QUARTERS_H`.

    Raises:
        InputError: the days differ in site, length or regime, or show prices ahead in other blocks.
    """
    for at, scenario in enumerate(scenarios):
        ahead_h = beliefs_of(scenario).ahead_h
        if ahead_h != QUARTERS_H:
            raise InputError(
                "the scenario shows prices ahead in other blocks",
                where=f"scenario {at}",
                found=ahead_h,
                expected=f"quarter-hours up to {QUARTERS_H[-1]:g} h",
                mend="lay it out by `papers.p001_station.problem.places`",
            )
    return AnticipatingStation(setting(scenarios, np.float32))


def _part(amount: Float[Array, " agent"], whole: Float[Array, " agent"]) -> Float[Array, " agent"]:
    """Return amount over whole within 0..1, 0 where there is no whole."""
    return jnp.clip(
        jnp.where(whole > _LEAST_KW, amount / jnp.where(whole > _LEAST_KW, whole, 1.0), 0.0), 0.0, 1.0
    )


def _price(value: Array, scale: Array) -> Array:
    return jnp.clip(value / scale, -PRICE_BOUND, PRICE_BOUND)
