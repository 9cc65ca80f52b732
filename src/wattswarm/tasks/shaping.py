"""Rewards that are easier to learn from and have the same optimal policies (learning.md 4.3).

Three changes, each of which leaves the best policy the best: what would have been paid without flexibility is
subtracted, a potential of what is in store is added and taken back, and money is counted in one fixed unit.
With a plan's potential that holds as far as the plan's beliefs have no bias, see `PlannedPotential`.

Source:
    Potential: Ng, Harada and Russell, "Policy invariance under reward transformations", ICML 1999.
    The baseline depends on what happens to the site alone, so it is a control variate.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from wattswarm.control import rule
from wattswarm.plan import usual, worth_now
from wattswarm.tasks.episodes import play_bank
from wattswarm.tasks.place import Setting
from wattswarm.tasks.space import Space
from wattswarm.tasks.task import EnvState, Features, Observation, Task, Timestep
from wattswarm.world import Flows, Requests, View

NO_FLEXIBILITY = "uncontrolled"
"""The rule whose pay is the baseline: storages rest, vehicles and demand are served at once."""
GAMMA = 0.99


class Potential(eqx.Module):
    """What the energy in store and the demand put off are worth on average."""

    price: Float[Array, ""]
    """Mean import price of the bank [currency/kWh]."""
    margin: Float[Array, ""]
    """Mean of what customers pay above it [currency/kWh]."""
    gamma: Float[Array, ""]
    """Discount per step; the learner's."""
    share: Float[Array, ""]
    """Part of it that each agent is paid."""

    def gain(self, setting: Setting, before: View, after: View) -> Float[Array, ""]:
        """Return what is added for a step from one view to the next [currency]."""
        return self.share * (self.gamma * self.value(setting, after) - self.value(setting, before))

    def value(self, setting: Setting, view: View) -> Float[Array, ""]:
        """Return Phi = price * efficiency * energy above the floor + margin * demand put off [currency]."""
        world, floor = setting.world, view.exogenous.floor_kwh
        storage = jnp.arange(world.batteries) >= world.ports
        stored = jnp.where(storage, (view.energy_kwh - floor) * world.discharge_efficiency, 0.0)
        return self.price * stored.sum() + self.margin * view.deferred_kwh.sum()


class PlannedPotential(eqx.Module):
    """What the energy in store is worth by a plan on what is published or usual.

    What the learner is paid is then what it did better or worse than the plan thinks possible, so it need not
    look as far ahead as the plan: its own discount may be less than this one.

    What the plan learns between two steps would move the potential of all that is stored, whatever was done.
    Of this only the part that the step's own charge or discharge met is left: the rest has mean 0 where the
    plan's beliefs have no bias, so it is a control variate.
    """

    gamma: Float[Array, ""]
    share: Float[Array, ""]
    """Part of it that each agent is paid."""

    def gain(self, setting: Setting, before: View, after: View) -> Float[Array, ""]:
        """Return gamma Phi' - Phi, less what the old store's Phi' differs from what was believed."""
        world, scale = setting.world, setting.scales.price
        old, new = (worth_now(world, view, usual(view, scale), scale) for view in (before, after))
        x = before.exogenous
        span = (x.ceiling_kwh - x.floor_kwh).sum()
        stood, stands = ((view.energy_kwh - x.floor_kwh).sum() / span for view in (before, after))
        moved = _under(new.before, stands) - _under(new.before, stood)
        hour = self.gamma * _under(old.after, stood) - _under(old.before, stood)
        waits = self.gamma * _waiting(after, new.before, stands) - _waiting(before, old.before, stood)
        return self.share * (span * (self.gamma * moved + hour) + waits)


def _waiting(view: View, worth: Float[Array, " knot"], share: Float[Array, ""]) -> Float[Array, ""]:
    """Return what the demand put off is paid beyond what energy is worth [currency]."""
    place = jnp.linspace(0.0, 1.0, worth.shape[-1], dtype=worth.dtype)
    return view.deferred_kwh.sum() * (view.exogenous.service_price - jnp.interp(share, place, worth))


def _under(curve: Float[Array, " knot"], share: Float[Array, ""]) -> Float[Array, ""]:
    """Return the integral of a curve over even knots of 0..1 from 0 to a share."""
    knots = curve.shape[-1] - 1
    sums = jnp.concatenate([jnp.zeros(1, curve.dtype), jnp.cumsum(0.5 * (curve[1:] + curve[:-1]))]) / knots
    return jnp.interp(share, jnp.linspace(0.0, 1.0, knots + 1, dtype=curve.dtype), sums)


class Shaped(Task):
    """A task whose `step` pays shaped rewards; it is the task itself in all else.

    `rewards` stays the task's own money, so that what a run earned is measured unshaped.
    """

    setting: Setting
    task: Task
    baseline: Float[Array, "episode step agent"] | None
    """What is subtracted, shape [episode, step, agent], None for nothing."""
    potential: Potential | PlannedPotential | None
    """What is added and taken back, None for nothing."""
    reward_unit: Float[Array, ""]
    """Money that counts as a reward of 1 [currency]."""

    @property
    def name(self) -> str:
        """Name in tables and files: the task's."""
        return self.task.name

    @property
    def agents(self) -> tuple[str, ...]:
        return self.task.agents

    @property
    def spaces(self) -> tuple[Space, ...]:
        return self.task.spaces

    def features(self, view: View) -> Features:
        return self.task.features(view)

    def centre(self, view: View) -> Float[Array, " number"]:
        return self.task.centre(view)

    def feasible(self, view: View) -> tuple[Float[Array, "agent control"], Float[Array, "agent control"]]:
        return self.task.feasible(view)

    def requests(self, view: View, action: Float[Array, "agent control"]) -> Requests:
        return self.task.requests(view, action)

    def rewards(self, episode: Int[Array, ""], view: View, flows: Flows) -> Float[Array, " agent"]:
        """Return what the task pays, in money."""
        return self.task.rewards(episode, view, flows)

    def begin(self, episode: Int[Array, ""], key: PRNGKeyArray) -> tuple[EnvState, Observation]:
        return self.task.begin(episode, key)

    def step(self, state: EnvState, action: Float[Array, "agent control"]) -> tuple[EnvState, Timestep]:
        """Advance the task by one step and shape what it pays.

        An episode ends by truncation, so its last state has a potential as any other.
        """
        moved, timestep = self.task.step(state, action)
        reward = timestep.reward
        if self.baseline is not None:
            reward = reward - self.baseline[state.episode, state.step]
        if self.potential is not None:
            reward = reward + self.potential.gain(self.setting, state.view, moved.view)
        return moved, timestep._replace(reward=reward / self.reward_unit)


def shaped(
    task: Task,
    *,
    baseline: bool = True,
    gamma: float | None = GAMMA,
    reward_unit: float | None = None,
    share: float = 1.0,
    planned: bool = False,
) -> Shaped:
    """Wrap a task so that its steps pay shaped rewards.

    Args:
        baseline: whether to subtract what each agent would be paid in the same step without flexibility.
        gamma: the learner's discount, for the potential; None for no potential.
        reward_unit: money that counts as 1 [currency]; None for `usual_money` of the setting.
        share: part of the profit that each agent is paid: 1 where all are paid the whole of it, as in the
            pool, and one over their number where it is divided among them.
        planned: whether the potential is that of a plan over the hours ahead; for pools that expect load.

    Returns:
        The shaped task; with `baseline=False, gamma=None, reward_unit=1.0` it pays what the task pays.
    """

    def cast(value: float) -> Array:
        return jnp.asarray(value, task.setting.episodes.rows.dtype)

    unit = usual_money(task.setting) if reward_unit is None else reward_unit
    potential: Potential | PlannedPotential | None = None
    if gamma is not None and planned:
        potential = PlannedPotential(cast(gamma), cast(share))
    elif gamma is not None:
        rows, unpack = task.setting.episodes.rows[:, :-1], task.setting.episodes.unpack
        seen = jax.vmap(jax.vmap(unpack))(rows)
        margin = (seen.service_price - seen.import_price).mean()
        potential = Potential(seen.import_price.mean(), margin, cast(gamma), cast(share))
    pay = no_flexibility_pay(task) if baseline else None
    return Shaped(task.setting, task, pay, potential, cast(unit))


def usual_money(setting: Setting) -> float:
    """Return what all storages at full power move in a step at a high price [currency].

    Args:
        setting: the price is the 95 % quantile of its bank.

    Returns:
        Price times power times step; of the largest battery where there is no storage.
    """
    world = setting.world
    first = setting.episodes.at(jnp.asarray(0), jnp.asarray(0))
    power = float(np.asarray(first.charge_kw[world.ports :]).sum()) or float(setting.scales.power_kw)
    return float(setting.scales.price) * power * world.step_h


@eqx.filter_jit
def no_flexibility_pay(task: Task) -> Float[Array, "episode step agent"]:
    """Return what each agent of a task is paid where nobody uses any flexibility.

    Args:
        task: the task; every episode of its bank is played once.

    Returns:
        Pay as the task defines it, shape [episode, step, agent].
    """
    return play_bank(task.setting, rule(NO_FLEXIBILITY), task.rewards)
