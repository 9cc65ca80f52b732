"""Learners on public problems: what they reach here beside what was published for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import jax
import numpy as np

from wattswarm.errors import no_such
from wattswarm.evaluate import Interval, interval
from wattswarm.learn import Learner, Problem, learner
from wattswarm.learn.training import Record, Trained, evaluate, train
from wattswarm.papers.experiment import Options, Tell, table, write_page
from wattswarm.papers.public.problems import CartPole, Pendulum, SimpleSpread
from wattswarm.papers.public.spread_rules import fly_assigned, play_rule, random_moves

EPISODES = 512
"""Greedy episodes that a final score is the mean of; none of them is met in training or used to choose."""
BLOCKS = 5
"""Parts of a training, after each of which its files are saved."""
_TEST_KEY = 1_000_003
_QUICK_STEPS = 4000


@dataclass(frozen=True)
class Published:
    """A score to be reached."""

    score: float
    """In this package's scale."""
    margin: float
    """Half of its published 95 % interval, 0 where none was given."""
    env_steps: int
    """That it took, 0 where it is a convention."""
    source: str


def from_original(total: float, agents: int = 3, steps: int = 25) -> float:
    """Return a score of the original spread in the scale of JaxMARL and PettingZoo.

    The original pays every agent what all are paid together, twice as much for distances and bumps, and takes
    1 a step from each for bumping into itself.

    Args:
        total: mean return of an agent in the original.

    Source:
        `simple_spread.py` of multiagent-particle-envs; EPyMARL's issue 29 for the mean over agents.
    """
    return (total + agents * steps) / (2 * agents)


def _benchmarked(total: float, margin: float, env_steps: int) -> Published:
    source = "Papoudakis et al. (2021), arXiv 2006.07869, table 3, best evaluation in training"
    return Published(from_original(total), margin / 6, env_steps, source)


SOLVED = Published(475.0, 0.0, 0, "reward threshold of CartPole-v1 in Gymnasium's registry")

_HELD = Published(
    -172.2,
    7.5,
    100_000,
    "PPO on Pendulum-v1, benchmark.md of RL Baselines3 Zoo: 750 episodes, deviation 104.2",
)


@dataclass(frozen=True)
class Entry:
    """One learner on one problem."""

    algorithm: str
    problem: Callable[[], Problem]
    env_steps: int
    published: Published
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the learner that differ from its defaults."""


@dataclass(frozen=True)
class Row:
    """What one learner reached."""

    problem: str
    algorithm: str
    env_steps: int
    cpu_s: float
    """Processor time of all seeds, compiling included [s]."""
    scores: tuple[float, ...]
    """Mean of the greedy test episodes, one a seed."""
    score: Interval
    """Interquartile mean over the seeds with its 95 % interval."""
    published: Published
    changes: Mapping[str, Any]
    """Fields of the learner that differ from its defaults."""

    @property
    def reached(self) -> bool:
        """Whether the score is at the published one, less its margin."""
        return self.score.value >= self.published.score - self.published.margin


_PLAIN = {"sequence": 25, "recurrent": False}
_SPREAD_VALUES = _PLAIN | {"rate": 1e-3, "mixer_rate": 1e-3, "gamma": 0.9, "tau": 0.02, "repeats": 8}
"""A gradient step an episode, as by default in EPyMARL: 8 environments play one each between two updates."""
_SPREAD_CRITICS = _PLAIN | {"gamma": 0.95, "repeats": 8}
_SPREAD_GRADIENTS = _PLAIN | {"sequence": 100, "rate": 2.5e-3, "gamma": 0.95}
_POLE_REPLAY = _PLAIN | {"rate": 1e-3, "tau": 0.05, "repeats": 16, "batch": 64}
_POLE_VALUES = _POLE_REPLAY | {"mixer_rate": 1e-3, "mix": 0.5}
_POLE_CRITICS = _POLE_REPLAY | {"slope": "mean"}
_POLE_GRADIENTS = _PLAIN | {"sequence": 100}
_PENDULUM_GRADIENTS = _PLAIN | {
    "sequence": 100,
    "gamma": 0.95,
    "epochs": 10,
    "curiosity": 0.0,
    "routine": 0.0,
}
_MILLION = 1_000_000
ENTRIES = (
    Entry("iql", SimpleSpread, 2 * _MILLION, _benchmarked(-132.63, 2.22, 2 * _MILLION), _SPREAD_VALUES),
    Entry("vdn", SimpleSpread, 2 * _MILLION, _benchmarked(-131.03, 1.85, 2 * _MILLION), _SPREAD_VALUES),
    Entry("qmix", SimpleSpread, 2 * _MILLION, _benchmarked(-126.62, 2.96, 2 * _MILLION), _SPREAD_VALUES),
    Entry("maddpg", SimpleSpread, _MILLION, _benchmarked(-141.70, 1.74, 2 * _MILLION), _SPREAD_CRITICS),
    Entry("ippo", SimpleSpread, 5 * _MILLION, _benchmarked(-133.86, 3.67, 20 * _MILLION), _SPREAD_GRADIENTS),
    Entry("mappo", SimpleSpread, 5 * _MILLION, _benchmarked(-133.54, 3.08, 20 * _MILLION), _SPREAD_GRADIENTS),
    *(
        Entry(each, CartPole, 200_000, SOLVED, _POLE_VALUES)
        for each in ("dqn", "iql", "vdn", "qmix", "dhqmix")
    ),
    Entry("maddpg", CartPole, 100_000, SOLVED, _POLE_CRITICS),
    Entry("iac", CartPole, 300_000, SOLVED, _PLAIN),
    Entry("ippo", CartPole, 60_000, SOLVED, _POLE_GRADIENTS),
    Entry("mappo", CartPole, 60_000, SOLVED, _POLE_GRADIENTS),
    Entry("ppo-continuous", Pendulum, _MILLION, _HELD, _PENDULUM_GRADIENTS),
)
"""Every deep learner on the problems that suit it."""


def entries_of(names: Sequence[str]) -> tuple[Entry, ...]:
    """Return the entries of some algorithms, all without names."""
    known = sorted({entry.algorithm for entry in ENTRIES})
    for name in names:
        if name not in known:
            raise no_such("no public problem is for this learner", where="--only", found=name, known=known)
    return tuple(entry for entry in ENTRIES if not names or entry.algorithm in names)


def run_outside(options: Options, *, entries: tuple[Entry, ...] | None = None) -> tuple[Row, ...]:
    """Train every learner on its public problem and write `outside.json` and `outside.md`.

    Args:
        options: of the study; quick are a few thousand steps of two seeds, else there are three seeds.
        entries: which learners on which problems; without, those that the options name.

    Returns:
        One row a learner.

    Raises:
        InputError: no such learner, or the libraries of the extra `peers` are missing.
    """
    entries = entries_of(options.only) if entries is None else entries
    if options.quick:
        entries = tuple(replace(entry, env_steps=_QUICK_STEPS) for entry in entries)
    seeds = options.seeds or (2 if options.quick else 3)
    rows = tuple(_train(entry, range(seeds), options.out, options.tell) for entry in entries)
    spread = any(entry.problem is SimpleSpread for entry in entries)
    sections = [*([yardsticks(EPISODES)] if spread else []), table_of(rows)]
    write_page(options, "outside", sections, records={"outside.json": [asdict(row) for row in rows]})
    return rows


def table_of(rows: tuple[Row, ...]) -> str:
    cells = []
    for row in rows:
        score, goal = row.score, row.published
        cells.append(
            (
                row.problem,
                row.algorithm,
                f"{row.env_steps:,}",
                f"{row.cpu_s / len(row.scores):.0f}",
                f"{score.value:.2f} ({score.low:.2f} to {score.high:.2f})",
                f"{goal.score:.2f} ± {goal.margin:.2f}" if goal.margin else f"{goal.score:.0f}",
                f"{goal.env_steps:,}" if goal.env_steps else "",
                "yes" if row.reached else "no",
            )
        )
    heads = ("problem", "learner", "env steps", "CPU s a seed", "score (95 %)", "published", "its steps")
    return table((*heads, "reached"), cells, "llrrrrrl")


def yardsticks(episodes: int) -> str:
    """Return what no learner should fall below on the spread, and what none can much exceed, in words."""
    problem = SimpleSpread()
    low, high = (
        play_rule(problem, rule, jax.random.key(0), episodes).mean() for rule in (random_moves, fly_assigned)
    )
    return f"Simple-spread over {episodes} episodes: random moves {low:.2f}, assigned flights {high:.2f}."


def _train(entry: Entry, seeds: range, out: Path, tell: Tell) -> Row:
    problem = entry.problem()
    name = f"{problem.layout.problem} {entry.algorithm}"

    def report(record: Record) -> None:
        tell(f"{name}: {record.env_steps:,} steps, {record.cpu_s:.0f} CPU s")

    trained = train(
        problem,
        learner(entry.algorithm, updates=1, **entry.changes),
        steps=entry.env_steps,
        seeds=list(seeds),
        out=out / name.replace(" ", "-"),
        blocks=BLOCKS,
        progress=report,
    )
    scores = _final_scores(problem, trained)
    last = trained.records[-1]
    return Row(
        problem=problem.layout.problem,
        algorithm=entry.algorithm,
        env_steps=last.env_steps,
        cpu_s=last.cpu_s,
        scores=scores,
        score=interval(np.asarray(scores)[:, None], np.random.default_rng(0)),
        published=entry.published,
        changes=dict(entry.changes),
    )


def _final_scores(problem: Problem, trained: Trained) -> tuple[float, ...]:
    own: Learner = trained.learner

    @jax.jit
    def play(state: Any) -> Any:
        return evaluate(problem, own, state, jax.random.key(_TEST_KEY), EPISODES).mean()

    return tuple(float(play(trained.policy(seed))) for seed in trained.seeds)
