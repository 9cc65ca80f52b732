"""The pool run by what one coordinator believes: actions are beliefs, an exact backward plan acts by them.

The coordinator sees aggregates only, as paper 002 asks: means over the stations of what each sees of itself,
and what all see alike. It sets how far the prices of the next 24 hours will differ from those published or
usual, how far the site's net load will differ from that of now, what energy left after 24 hours is worth, and
what demand put off earns. `plan.worth` computes from this what stored energy is worth, and every station
does what is best at it. Beliefs of 0 are a plan on prices as published and a load as now, so a learner
starts where planning ends and learns what forecasts miss.

| | belief pool |
|---|---|
| sees | means over stations of what the sound pool's stations see, and all they see alike |
| does | `BELIEFS`: 24 prices, 24 net loads, worth at the end and its fall, margin of demand put off |
| is paid | the profit of all stations, eq. (20) of 002 |
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.plan.worth import Rates, best_requests, worth_before
from wattswarm.tasks.pool_task import SoundPool
from wattswarm.tasks.pool_view import HOURS_AHEAD, MORE_OWN, MORE_SHARED, OWN, PRICE, TOTAL
from wattswarm.tasks.space import Space
from wattswarm.tasks.task import Features
from wattswarm.world import Requests, View, World

_KNOTS = 25
_PRICE_SHIFT, _NET_SHIFT, _MARGIN_SHIFT = 0.5, 1.0, 0.2
"""What a belief of 1 changes: prices by half a price scale, net load by a span an hour."""
BELIEFS: tuple[tuple[str, str], ...] = (
    *((f"price {hour}-{hour + 1} h ahead", "half a price scale") for hour in range(HOURS_AHEAD)),
    *((f"net load {hour}-{hour + 1} h ahead", "span of all an hour") for hour in range(HOURS_AHEAD)),
    ("worth at the end", "half a price scale"),
    ("fall of the worth at the end", "half a price scale, from half of one"),
    ("margin of demand put off", "fifth of a price scale"),
)


class BeliefPool(SoundPool):
    """A coordinator whose beliefs an exact backward plan acts by is paid the pool's profit."""

    @property
    def name(self) -> str:
        """Name in tables and files."""
        return "pool 002, by beliefs"

    @property
    def agents(self) -> tuple[str, ...]:
        """The coordinator alone."""
        return ("coordinator",)

    @property
    def spaces(self) -> tuple[Space, ...]:
        """What the coordinator sees, sets and earns."""
        seen = (*OWN, *MORE_OWN, TOTAL, PRICE, *MORE_SHARED)
        return (
            *(Space("observation", name, (1,), low, high, unit) for name, low, high, unit in seen),
            *(Space("action", name, (1,), -1.0, 1.0, unit) for name, unit in BELIEFS),
            Space("reward", "profit of all", (1,), -jnp.inf, jnp.inf, self.setting.currency),
        )

    def features(self, view: View) -> Features:
        """Return means over the stations, then what all see alike."""
        own = (each.mean(keepdims=True) for each in self.own(view))
        return (*own, *(jnp.reshape(value, (1,)) for value in self.shared(view)))

    def feasible(self, view: View) -> tuple[Float[Array, "agent belief"], Float[Array, "agent belief"]]:
        """Return the widest range: any belief may be held."""
        ones = jnp.ones((1, len(BELIEFS)), view.energy_kwh.dtype)
        return -ones, ones

    def requests(self, view: View, action: Float[Array, "agent belief"]) -> Requests:
        """Return what is best if the beliefs hold."""
        scale, x = self.setting.scales.price, view.exogenous
        belief = jnp.clip(action[0], -1.0, 1.0)
        price, net, (end, fall, margin) = jnp.split(belief, (HOURS_AHEAD, 2 * HOURS_AHEAD))
        ahead = x.price_ahead / scale + _PRICE_SHIFT * price
        net, rates = self._net(view) + _NET_SHIFT * net, self._rates(view)
        # Export and service keep their present relation to the price of import.
        lost, served = (
            _share(x.import_price - x.export_price, x.import_price),
            _share(x.service_price - x.import_price, x.import_price),
        )
        place = jnp.linspace(0.5, -0.5, _KNOTS, dtype=belief.dtype)
        last = ahead.mean() + 0.5 * end + 0.5 * (1.0 + fall) * place

        def before(worth: Array, hour: tuple[Array, Array]) -> tuple[Array, None]:
            price, net = hour
            return worth_before(worth, price, price - lost * jnp.abs(price), net, rates), None

        worth, _ = jax.lax.scan(before, last, (ahead, net), reverse=True)
        worth = jnp.broadcast_to(worth * scale, (view.energy_kwh.shape[0], _KNOTS))
        gains = (served * jnp.abs(ahead[0]) + _MARGIN_SHIFT * margin) * scale
        margins = jnp.broadcast_to(gains, x.regular_kwh.shape)
        return best_requests(self.setting.world, view, worth, margins, scale)

    def _net(self, view: View) -> Float[Array, ""]:
        """Return load less sun of now, as a share of the span of all storages an hour."""
        x = view.exogenous
        served = (x.urgent_kwh + x.regular_kwh + view.deferred_kwh).sum() / self.setting.world.step_h
        return (x.base_kw.sum() - x.solar_kw.sum() + served) / (x.ceiling_kwh - x.floor_kwh).sum()

    def _rates(self, view: View) -> Rates:
        """Return what all storages can do together, prices in price scales."""
        x, world = view.exogenous, self.setting.world
        span = (x.ceiling_kwh - x.floor_kwh).sum()
        eta, eta_out = world.charge_efficiency, world.discharge_efficiency
        return Rates(
            up=(x.charge_kw * eta).sum() / span,
            down=(x.discharge_kw / eta_out).sum() / span,
            eta=eta.mean(),
            eta_out=eta_out.mean(),
            wear=x.wear_price.mean() / self.setting.scales.price,
        )


class Believing(eqx.Module):
    """The policy that always believes the same; beliefs of 0 plan on what is published or usual.

    Args:
        task: whose coordinator it is, with the scales that its beliefs count in.
        belief: shape [1, belief].
        name: in tables.
    """

    task: BeliefPool
    belief: Float[Array, "1 belief"]
    name: str = eqx.field(default="beliefs", static=True)
    compiled: bool = eqx.field(default=True, static=True)

    def begin(self, _world: World) -> tuple[()]:
        """Return nothing: what matters is in the view."""
        return ()

    def act(self, _world: World, memory: tuple[()], view: View) -> tuple[tuple[()], Requests]:
        """Do what is best if the beliefs hold."""
        return memory, self.task.requests(view, self.belief.astype(view.energy_kwh.dtype))


def belief_pool(pool: SoundPool) -> BeliefPool:
    """Return the same pool, run by beliefs."""
    return BeliefPool(pool.setting, pool.stations, pool.random_start)


def _share(part: Array, of: Array) -> Float[Array, ""]:
    """Return a part of an absolute price, 0 where there is no price."""
    size = jnp.abs(of)
    return jnp.where(size > 0, part / jnp.where(size > 0, size, 1.0), 0.0)
