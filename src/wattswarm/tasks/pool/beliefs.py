"""The pool run by what one coordinator believes: actions are beliefs, an exact backward plan acts by them.

The coordinator sees aggregates only, as paper 002 asks: means over the stations of what each sees of itself,
and what all see alike. It sets how far the prices of the next 24 hours will differ from those published or
usual, how far the site's net load will differ from the usual, what energy left after 24 hours is worth, and
what demand put off earns. `plan.hours_ahead` computes from this what stored energy is worth, and every
station does what is best at it. Beliefs of 0 are a plan on what is published or usual, so a learner starts
where planning ends and learns what forecasts miss.

| | belief pool |
|---|---|
| sees | means over stations of what the sound pool's stations see, and all they see alike |
| does | `BELIEFS`: 24 prices, 24 net loads, worth at the end and its fall, margin of demand put off |
| is paid | the profit of all stations, eq. (20) of 002 |
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from wattswarm.plan import Beliefs, best_now, usual
from wattswarm.tasks.pool.task import SoundPool
from wattswarm.tasks.pool.view import HOURS_AHEAD, MORE_OWN, MORE_SHARED, OWN, PRICE, TOTAL
from wattswarm.tasks.space import Space, spaces_of
from wattswarm.tasks.task import Features, Task
from wattswarm.world import Requests, View

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

    name = "pool 002, by beliefs"

    @property
    def agents(self) -> tuple[str, ...]:
        """The coordinator alone."""
        return ("coordinator",)

    @property
    def spaces(self) -> tuple[Space, ...]:
        observed = (*OWN, *MORE_OWN, TOTAL, PRICE, *MORE_SHARED)
        controls = [(name, -1.0, 1.0, unit) for name, unit in BELIEFS]
        return spaces_of(1, observed, controls, "profit of all", self.setting.currency)

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
        scale, usually = self.setting.scales.price, usual(view, self.setting.scales.price)
        belief = jnp.clip(action[0], -1.0, 1.0)
        price, net, (end, fall, margin) = jnp.split(belief, (HOURS_AHEAD, 2 * HOURS_AHEAD))
        beliefs = Beliefs(
            price=usually.price + _PRICE_SHIFT * price,
            net=usually.net + _NET_SHIFT * net,
            end=_PRICE_SHIFT * end,
            fall=1.0 + fall,
            margin=_MARGIN_SHIFT * margin,
        )
        return best_now(self.setting.world, view, beliefs, scale)

    def controls_for(self, view: View, asked: Requests) -> Float[Array, "agent belief"]:
        """Refuse: many beliefs lead to the same requests.

        Raises:
            InputError: always.
        """
        return Task.controls_for(self, view, asked)


def belief_pool(pool: SoundPool) -> BeliefPool:
    """Return the same pool, run by beliefs."""
    return BeliefPool(pool.setting, pool.stations, pool.random_start)
