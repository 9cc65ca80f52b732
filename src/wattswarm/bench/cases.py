"""What can be timed: a case prepares a compiled program and says how much work one run of it does."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from wattswarm.bench.forecasting import MEMBERS, population
from wattswarm.bench.learning import TABULAR, Training, compile_training, training_of_paper
from wattswarm.bench.market import random_books, random_night, random_v2g_night
from wattswarm.bench.measure import finish
from wattswarm.bench.planning import bound_of, control
from wattswarm.bench.recurrent import Training as Recurrent, by_torch, by_us
from wattswarm.bench.world import Setup, bench_bank, day_gradient, run_days
from wattswarm.market.auction import clear_uniform
from wattswarm.market.game import GameSolution, solve_game
from wattswarm.world import compile_kernels


@dataclass(frozen=True)
class Prepared:
    """A case that is ready to run."""

    run: Callable[[int], object]
    """Runs once; the argument numbers the run, so that runs differ."""
    work: int
    compile_cpu_s: float = 0.0
    """CPU time of compiling [s], 0 where nothing is compiled."""
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One row of the benchmark."""

    name: str
    about: str
    """What is timed, in one line."""
    unit: str
    prepare: Callable[[bool], Prepared]
    """Builds the case; its argument asks for a small one that shows that it works."""
    goal: float | None = None
    """Least rate per CPU second that counts as reached, None without one."""
    observed: bool | None = None
    """Whether observations and rewards are consumed, None where there are none."""
    needs: str = ""
    """Library of an extra without which it cannot run; empty where it needs none."""


def prepare_world(setup: Setup, quick: bool) -> Prepared:
    """Compile a batch of days of the benchmark's hub."""
    if quick:
        setup = Setup(setup.ports, min(setup.environments, 32), 1, setup.power_flow, episodes=32)
    bank = bench_bank(setup)
    key = jax.random.key(0)
    compiled, compile_cpu_s = _compile(partial(run_days, bank.task, setup.blocks), bank.rows, key)
    return Prepared(
        run=lambda at: compiled(bank.rows, jax.random.fold_in(key, at)),
        work=setup.steps,
        compile_cpu_s=compile_cpu_s,
        config={
            **asdict(setup),
            "block_size": setup.block_size,
            "steps_per_day": setup.steps // setup.blocks // setup.block_size,
        },
    )


def prepare_gradient(setup: Setup, quick: bool) -> Prepared:
    """Compile the gradient of one environment's day by all of its actions."""
    bank = bench_bank(Setup(setup.ports, 1, episodes=1))
    rows = bank.rows[0, :, :, 0]
    shape = (rows.shape[0], bank.task.setting.world.batteries)
    actions = jax.random.uniform(jax.random.key(0), shape, rows.dtype, minval=-1.0, maxval=1.0)
    compiled, compile_cpu_s = _compile(partial(day_gradient, bank.task), actions, rows)
    days = 2 if quick else setup.days

    def run(at: int) -> object:
        return [compiled(actions * (1.0 - 0.01 * (at + day)), rows) for day in range(days)]

    return Prepared(run, days * shape[0], compile_cpu_s, {**asdict(setup), "gradients": days})


def prepare_bound(days: int, quick: bool) -> Prepared:
    """Build a bound over some days; nothing is compiled."""
    days = 2 if quick else days
    return Prepared(bound_of(days), 1, config={"stations": 3, "days": days, "step_h": 1.0})


def prepare_control(site: str, days: int, quick: bool) -> Prepared:
    """Record what an MPC sees, so that its decisions alone are timed."""
    days = 1 if quick else days
    run, windows = control(site, days)
    return Prepared(run, windows, config={"site": site, "days": days, "window_h": 24.0})


def prepare_auctions(markets: int, orders: int, quick: bool) -> Prepared:
    """Compile the clearing of many double auctions at once."""
    markets = 32 if quick else markets
    books = [random_books(markets, orders, seed) for seed in range(4)]
    compiled, compile_cpu_s = _compile(clear_uniform, books[0])
    config = {"markets": markets, "bids": orders, "asks": orders}
    return Prepared(lambda at: compiled(books[at % len(books)]), markets, compile_cpu_s, config)


def prepare_equilibrium(vehicles: int, steps: int, quick: bool) -> Prepared:
    """Compile how a charging game settles in double precision; every gap is proven below 1e-8."""
    vehicles = 20 if quick else vehicles
    with jax.enable_x64(True):
        games = [random_night(vehicles, steps, seed) for seed in range(4)]
        impact, tolerance = jnp.asarray(1.0), jnp.asarray(1e-11)
        compiled, compile_cpu_s = _compile(solve_game, *games[0], impact, tolerance)

    def run(at: int) -> GameSolution:
        with jax.enable_x64(True):
            solved: GameSolution = compiled(*games[at % len(games)], impact, tolerance)
        if float(solved.gap) >= 1e-8:
            raise ArithmeticError(f"a vehicle could still gain {float(solved.gap):.1e}")
        return solved

    return Prepared(run, 1, compile_cpu_s, {"vehicles": vehicles, "steps": steps})


def prepare_v2g_equilibrium(vehicles: int, steps: int, quick: bool) -> Prepared:
    """Compile how a game of vehicles that discharge as well settles in single precision."""
    vehicles = 10 if quick else vehicles
    games = [random_v2g_night(vehicles, steps, seed) for seed in range(4)]
    games = jax.tree.map(lambda each: each.astype(jnp.float32), games)
    impact, tolerance = jnp.float32(1.0), jnp.float32(1e-4)
    compiled, compile_cpu_s = _compile(solve_game, *games[0], impact, tolerance)

    def run(at: int) -> GameSolution:
        solved: GameSolution = compiled(*games[at % len(games)], impact, tolerance)
        return solved

    return Prepared(run, 1, compile_cpu_s, {"vehicles": vehicles, "steps": steps})


def prepare_population(together: int, quick: bool) -> Prepared:
    """Train a population of small forecasters; what is compiled is so before the first timed run."""
    members, days = (4, 10) if quick else (MEMBERS, 60)
    together = min(together, members)
    run = population(members, days, together)
    return Prepared(run, members, config={"members": members, "days": days, "together": together})


def prepare_recurrent(by: Callable[[Recurrent], Callable[[int], object]], quick: bool) -> Prepared:
    """Lay out the windows of a recurrent network's training; it compiles before the first timed run."""
    training = replace(Recurrent(), samples=256) if quick else Recurrent()
    config = {"samples": training.samples, "batch": training.batch, **asdict(training.design)}
    return Prepared(by(training), training.samples, config=config)


def prepare_learning(stated: Callable[[], Training], quick: bool) -> Prepared:
    """Compile rounds of play and updates of one learner."""
    training = replace(stated(), rounds=2) if quick else stated()
    run, work, compile_cpu_s = compile_training(training)
    return Prepared(
        run, work, compile_cpu_s, {"rounds": training.rounds, "problem": training.problem().layout.problem}
    )


def _compile(function: Callable[..., Any], *args: Any) -> tuple[Callable[..., Any], float]:
    began = time.process_time()
    compiled = compile_kernels(function, *args)
    spent = time.process_time() - began
    values = jax.tree.leaves(finish(compiled(*args)))
    if not all(bool(jnp.isfinite(each).all()) for each in values):
        raise ArithmeticError("the benchmark's world returned a number that is not finite")
    return compiled, spent


def _learn(
    name: str, about: str, unit: str, stated: Callable[[], Training], goal: float, needs: str = ""
) -> Case:
    return Case(name, about, unit, partial(prepare_learning, stated), goal, observed=True, needs=needs)


def _world(name: str, about: str, setup: Setup, goal: float | None) -> Case:
    return Case(name, about, "env-steps", partial(prepare_world, setup), goal, observed=True)


_ALL = (
    _world("world-1", "one hub of 16 ports in a scan over days", Setup(environments=1, days=200), 300e3),
    _world("world-1024", "1024 hubs of 16 ports", Setup(), 1.0e6),
    _world("world-128-ports", "256 hubs of 128 ports", Setup(ports=128, environments=256), None),
    _world(
        "world-powerflow-1024",
        "1024 hubs of 16 ports, AC power flow of the IEEE 33-bus feeder in every step",
        Setup(power_flow=True),
        500e3,
    ),
    Case(
        "gradient",
        "gradient of a day's profit by all 288 x 17 actions of one hub",
        "env-steps",
        partial(prepare_gradient, Setup(environments=1, days=20)),
        observed=True,
    ),
    Case(
        "bound-month",
        "exact optimum of a month of three stations at positive prices, stated and solved",
        "bounds",
        partial(prepare_bound, 31),
        goal=1 / 0.15,
    ),
    Case(
        "bound-year",
        "exact optimum of a year of three stations at positive prices, stated and solved",
        "bounds",
        partial(prepare_bound, 365),
        goal=1 / 3,
    ),
    Case(
        "mpc-pool",
        "one hourly decision for three stations",
        "decisions",
        partial(prepare_control, "pool", 7),
        goal=1 / 0.006,
    ),
    Case(
        "mpc-hub",
        "one 15-minute decision for the built-in hub",
        "decisions",
        partial(prepare_control, "hub", 2),
        goal=1 / 0.006,
    ),
    Case(
        "auction-uniform",
        "4096 uniform-price double auctions of 64 bids and 64 asks, cleared at once",
        "auctions",
        partial(prepare_auctions, 4096, 64),
        goal=4096.0,
    ),
    Case(
        "equilibrium",
        "Nash equilibrium of 1000 vehicles over 24 hours, to a proven gap below 1e-8",
        "games",
        partial(prepare_equilibrium, 1000, 24),
        goal=2.0,
    ),
    Case(
        "equilibrium-v2g",
        "Nash equilibrium of 100 vehicles that charge and discharge over 24 hours, single precision",
        "games",
        partial(prepare_v2g_equilibrium, 100, 24),
        goal=10.0,
    ),
    Case(
        "population-together",
        "30 BiLSTMs of 8 units one step ahead, on 60 days of quarter-hours, trained as one program",
        "trainings",
        partial(prepare_population, MEMBERS),
    ),
    Case("population-in-turn", "the same 30 one after another", "trainings", partial(prepare_population, 1)),
    Case(
        "bilstm",
        "an epoch of a BiLSTM of 2 x 128 units over 4480 windows of 96 steps, batches of 128",
        "windows",
        partial(prepare_recurrent, by_us),
    ),
    Case(
        "bilstm-half",
        "the same, its recurrent layers multiplying with 16 bits",
        "windows",
        partial(prepare_recurrent, partial(by_us, half=True)),
    ),
    Case(
        "bilstm-torch",
        "the same in PyTorch (`pip install torch`; it is no part of any extra)",
        "windows",
        partial(prepare_recurrent, by_torch),
        needs="torch",
    ),
    Case(
        "bilstm-torch-half",
        "the same in PyTorch, which chooses where 16 bits are enough",
        "windows",
        partial(prepare_recurrent, partial(by_torch, half=True)),
        needs="torch",
    ),
    _learn(
        "learn-qmix",
        "recurrent QMIX of 3 particles that spread, 8 environments, 32 sequences learned every 200 steps",
        "env-steps",
        partial(training_of_paper, "public", "QMIX"),
        20e3,
        "jaxmarl",
    ),
    _learn(
        "learn-ppo",
        "feed-forward PPO of 3 particles that spread, 16 environments, 128 steps, 4 epochs of 4 minibatches",
        "env-steps",
        partial(training_of_paper, "public", "PPO"),
        50e3,
        "jaxmarl",
    ),
    _learn(
        "learn-tabular",
        "a year of hours of 1060 agents with a Q-table of 240 states and 5 choices each",
        "agent-updates",
        lambda: TABULAR,
        15e6,
    ),
    _learn(
        "city",
        "sixty days of a city: 1000 vehicles and 60 stations, markets, payments, outages, a Q-table each",
        "agent-steps",
        partial(training_of_paper, "p000_city", "CITY"),
        1060 * 8760 / 20,
    ),
)

CASES: Mapping[str, Case] = {case.name: case for case in _ALL}
"""Every case by its name; a new one is one more row above."""
