"""The world that is timed: the hub task on two boards below one connection, days, random actions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from wattswarm.grid import ieee33
from wattswarm.site import (
    Arrivals,
    BaseLoad,
    Location,
    Node,
    Ports,
    Site,
    Solar,
    Station,
    Storage,
    Tariff,
    Vehicle,
)
from wattswarm.tasks import Hub, setting
from wattswarm.world import (
    Dispatch,
    State,
    World,
    build_scenario,
    one_kernel,
    open_step,
    start,
    step,
    voltages,
)

CPU_BLOCK_SIZE = 1
"""Environments side by side in a block on a CPU: the batteries of one site already fill the vectors, and the
step of one site stays in the nearest cache, which makes one environment a block faster than 4, 8 or 16."""
FIRST_DAY = date(2024, 3, 4)
STEPS = 288

Actions = Float[Array, "step battery"]
Rows = Float[Array, "step column"]


@dataclass(frozen=True)
class Setup:
    """Size of a benchmark of the world."""

    ports: int = 16
    """Charging ports, even."""
    environments: int = 1024
    """Worlds that advance together."""
    days: int = 1
    """Episodes that each environment runs, one after the other."""
    power_flow: bool = False
    """Whether every step solves the 33-bus feeder."""
    episodes: int = 64
    """Different days in the bank."""

    @property
    def block_size(self) -> int:
        """Environments in a block; an accelerator takes all of them at once."""
        if jax.default_backend() != "cpu":
            return self.environments
        return min(self.environments, CPU_BLOCK_SIZE)

    @property
    def blocks(self) -> int:
        """Days that blocks of environments run in all."""
        return self.days * self.environments // self.block_size

    @property
    def steps(self) -> int:
        """Steps of all environments in one run."""
        return self.blocks * self.block_size * STEPS


class Bank(NamedTuple):
    """A task and the days of its bank, packed so that the environments of a block read contiguous memory."""

    task: Hub
    rows: Float[Array, "group step column env"]
    """Packed `Exogenous`, shape [group, step, column, env]."""


class Totals(NamedTuple):
    """What a batch of episodes leaves behind; it depends on every observation and every reward."""

    observed: Float[Array, " block"]
    """Sum of every feature of every agent over all steps, shape [block]."""
    returns: Float[Array, "block env"]
    """Sum of each environment's rewards [currency], shape [block, env]."""


def bench_site(ports: int) -> Site:
    """Return a hub of 5 minute steps with 11 kW ports, one storage, one solar array and a tree of 3 limits.

    Limits grow with the ports and are tight enough to bind in both directions under random actions.
    """
    half, scale = ports // 2, ports / 16
    row = Ports(count=half, power_kw=11.0, discharge_kw=11.0, efficiency=0.95)
    load = BaseLoad(mean_kw=6.0 * scale)
    return Site(
        name="benchmark hub",
        step_minutes=5,
        location=Location(latitude=52.1, longitude=5.1, timezone="Europe/Amsterdam"),
        nodes=(
            Node(name="connection", import_limit_kw=60 * scale, export_limit_kw=40 * scale),
            Node(
                name="north board",
                parent="connection",
                import_limit_kw=40 * scale,
                export_limit_kw=25 * scale,
            ),
            Node(
                name="south board",
                parent="connection",
                import_limit_kw=40 * scale,
                export_limit_kw=25 * scale,
            ),
        ),
        stations=(
            Station(name="north", node="north board", ports=(row,), base_load=load),
            Station(
                name="south",
                node="south board",
                ports=(row,),
                base_load=load,
                storage=Storage(capacity_kwh=100 * scale, power_kw=50 * scale),
                solar=Solar(peak_kw=40 * scale),
            ),
        ),
        vehicles=(Vehicle(name="vehicle", capacity_kwh=60.0, taper_from_soc=0.8, v2g=True),),
        tariff=Tariff(
            import_adder_per_kwh=0.05, export_share=0.95, customer_price_per_kwh=0.35, v2g_reward_per_kwh=0.05
        ),
        arrivals=Arrivals(per_port_per_day=2.5, kind="public"),
    )


def bench_bank(setup: Setup) -> Bank:
    """Generate the bank's days and lay them out by groups of environments."""
    site, size = bench_site(setup.ports), setup.block_size
    groups = max(1, setup.episodes // size)
    different = min(setup.episodes, groups * size)
    made = setting(
        [
            build_scenario(site, start=FIRST_DAY + timedelta(weeks=at % 26), days=1, seed=at)
            for at in range(different)
        ]
    )
    if setup.power_flow:
        made = replace(made, world=_on_feeder(made.world))
    days = np.asarray(made.episodes.rows[:, :STEPS])
    # Where environments outnumber the bank, its days come round again.
    picked = days[np.arange(groups * size) % different]
    rows = picked.reshape(groups, size, *days.shape[1:]).transpose(0, 2, 3, 1)
    return Bank(Hub(made), jnp.asarray(rows))


def _on_feeder(world: World) -> World:
    """Hang every battery, array and load on a bus of the 33-bus feeder, spread over its length."""
    feeder = ieee33()
    elements = world.batteries + world.solars + world.stations
    buses = feeder.base_p_kw.shape[-1]
    rows = np.zeros((buses, elements), np.float32)
    rows[1 + np.arange(elements) * 7 % (buses - 1), np.arange(elements)] = 1.0
    single = jax.tree.map(lambda values: jnp.asarray(np.asarray(values), np.float32), feeder)
    return replace(world, feeder=single, feeder_rows=jnp.asarray(rows))


def advance(
    task: Hub, state: State, row: Float[Array, " column"], action: Float[Array, " battery"]
) -> tuple[State, Float[Array, " battery"], Float[Array, " battery"], Dispatch]:
    """Advance one environment by one step.

    Args:
        state: state at the end of the step before.
        row: packed `Exogenous` of this step.
        action: -1 to 1 for each battery.

    Returns:
        State, sum of each agent's features, rewards, and what flowed.
    """
    world = task.setting.world
    state, view = open_step(world, task.setting.episodes, state, row)
    features = task.features(view)
    state, flows = step(world, state, view, task.requests(view, action[:, None]))
    seen = features[0]
    for feature in features[1:]:
        seen = seen + feature
    return state, seen, task.rewards(jnp.zeros((), jnp.int32), view, flows), flows.dispatch


def run_block(
    task: Hub, rows: Float[Array, "group step column env"], group: Int[Array, ""], key: Array
) -> tuple[Array, Array, Dispatch | None]:
    """Run one day of a block of environments from their start, under random actions.

    Args:
        rows: of the bank; environments lie on the last axis of everything.
        group: which of its groups of days; a step reads its row there, so that no day is copied.

    Returns:
        Sum of all observations, shape [], each environment's return, shape [env], and where there is a
        feeder what flowed in every step, shape [step, ..., env].
    """
    world, steps, size = task.setting.world, rows.shape[1], rows.shape[-1]
    plain = replace(task.setting, world=replace(world, feeder=None, feeder_rows=None))

    def one_environment(state: State, row: Array, action: Array) -> tuple[State, Array, Array, Dispatch]:
        return advance(Hub(plain), state, row, action)

    side_by_side = jax.vmap(one_environment, in_axes=-1, out_axes=-1)

    def one_step(
        carry: tuple[State, Array, Array], now: tuple[Array, Array]
    ) -> tuple[tuple[State, Array, Array], Dispatch | None]:
        (state, observed, paid), (at, action) = carry, now
        state, seen, reward, dispatch = side_by_side(state, rows[group, at], action)
        return (state, observed + seen, paid + reward), None if world.feeder is None else dispatch

    shape = (world.batteries, size)
    actions = jax.random.uniform(key, (steps, *shape), rows.dtype, minval=-1.0, maxval=1.0)
    begin = jax.tree.map(lambda x: jnp.broadcast_to(x[..., None], (*x.shape, size)), start(world))
    nothing = jnp.zeros(shape, rows.dtype)
    (_, observed, paid), flowed = jax.lax.scan(
        one_step, (begin, nothing, nothing), (jnp.arange(steps), actions)
    )
    return observed.sum(), paid.sum(axis=0), flowed


def run_days(task: Hub, blocks: int, rows: Float[Array, "group step column env"], key: Array) -> Totals:
    """Run blocks of environments one after the other, each on a group of days drawn by chance.

    Environments that end their day start the next one inside the same program. Nothing in a step depends on
    the voltages of the feeder, so those of all steps of a day are solved together: one wide product a round.

    Args:
        blocks: days of blocks in all.
        key: draws days and actions.

    Returns:
        Sums of what was seen, voltages included, and paid.
    """
    world = task.setting.world

    def own_days(rows: Array, group: Array, key: Array) -> tuple[Array, Array, Dispatch | None]:
        return run_block(task, rows, group, key)

    one_block = one_kernel(own_days)

    def block(each: tuple[Array, Array]) -> tuple[Array, Array]:
        observed, paid, flowed = one_block(rows, *each)
        if flowed is None:
            return observed, paid
        cases = jax.tree.map(lambda x: jnp.moveaxis(x, 0, 1).reshape(x.shape[1], -1), flowed)
        return observed + voltages(world, cases).sum(), paid

    draw, act = jax.random.split(key)
    groups: Int[Array, " block"] = jax.random.randint(draw, (blocks,), 0, rows.shape[0])
    return Totals(*jax.lax.map(block, (groups, jax.random.split(act, blocks))))


def day_profit(task: Hub, actions: Actions, rows: Rows) -> Float[Array, ""]:
    """Return the money that one environment earns in a day [currency], differentiable in its actions."""

    def one_step(state: State, now: tuple[Array, Array]) -> tuple[State, Array]:
        state, _, paid, _ = advance(task, state, *now)
        return state, paid.sum()

    return jax.lax.scan(one_step, start(task.setting.world), (rows, actions))[1].sum()


def day_gradient(task: Hub, actions: Actions, rows: Rows) -> tuple[Float[Array, ""], Actions]:
    """Return a day's profit and its gradient by every action of the day."""
    both = one_kernel(lambda actions, rows: jax.value_and_grad(lambda a: day_profit(task, a, rows))(actions))
    return both(actions, rows)
