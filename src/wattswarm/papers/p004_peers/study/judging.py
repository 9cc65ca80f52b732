"""What greedy tables, chance, rules and perfect foresight come to on days that nobody learned from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import jax
import numpy as np
from jaxtyping import Float, PRNGKeyArray

from wattswarm.evaluate import flexibility_scores
from wattswarm.learn.training import Trained, rollout, start_rollout, train
from wattswarm.papers.p004_peers.learning import Chance, Greedy
from wattswarm.papers.p004_peers.study.design import ENTRIES, SOUND, Design, Entry
from wattswarm.papers.p004_peers.world import ACTIONS, begin
from wattswarm.papers.p004_peers.world.bound import best_day
from wattswarm.papers.p004_peers.world.play import Choose, Day, charge_at_once, play
from wattswarm.papers.p004_peers.world.rule import BySlots

_HELD_OUT = 10**6
"""Key of the held-out days; those of learning are keyed by seeds from 0."""
_WEIGHTS = (0.4, 0.4, 0.2)
"""Of the index: state of charge at departure, wear, worth (models.md 6.2)."""


@dataclass(frozen=True)
class Judged:
    """One way to decide, on all held-out days."""

    label: str
    adequacy: Float[np.ndarray, "seed day"]
    """Share of floor and trip at departure, mean over vehicles, shape [seed, day]."""
    wear: Float[np.ndarray, "seed day"]
    """Cost of wear of all vehicles over that of giving every battery once, shape [seed, day]."""
    worth: Float[np.ndarray, "seed day"]
    """Of all vehicles [currency], shape [seed, day]."""
    trades: Float[np.ndarray, "seed day"]
    """Hours in which an order of a vehicle was matched, of all together, shape [seed, day]."""
    traded_kwh: Float[np.ndarray, "seed day"]
    """Among vehicles, shape [seed, day]."""
    end: Float[np.ndarray, " vehicle"]
    """State of charge at the end of the first day, shape [vehicle]."""


@dataclass(frozen=True)
class Habits:
    """What greedy tables do."""

    share: Float[np.ndarray, "action bin hour"]
    """Of the visits to a state of charge, how often each action is taken, shape [action, bin, hour]."""
    taken: Float[np.ndarray, " action"]
    """How often each action is taken of all choices, shape [action]."""
    choices: Float[np.ndarray, " vehicle"]
    """Number of different actions that a vehicle takes over all days, shape [vehicle]."""


@dataclass(frozen=True)
class Findings:
    """Everything that the page tells."""

    design: Design
    rows: tuple[Judged, ...]
    """Without learning first, then a row an entry."""
    bound: Float[np.ndarray, " day"]
    """Worth of perfect foresight on each held-out day [currency], shape [day]."""
    trained: Mapping[str, Trained]
    habits: Mapping[str, Habits]

    def row(self, label: str) -> Judged:
        return next(row for row in self.rows if row.label == label)

    def score(self, row: Judged) -> Float[np.ndarray, " seed"]:
        """Return F of each seed over all days: 0 charges at once, 1 foresees everything."""
        idle = self.row(UNCONTROLLED).worth.sum(axis=1)
        return flexibility_scores(row.worth.sum(axis=1), idle, self.bound.sum())

    def index(self, row: Judged) -> Float[np.ndarray, " seed"]:
        parts = np.stack([row.adequacy.mean(axis=1), 1.0 - row.wear.mean(axis=1), self.score(row)])
        index: Float[np.ndarray, " seed"] = 100.0 * np.asarray(_WEIGHTS) @ parts
        return index


CHANCE, UNCONTROLLED, RULE = "chance", "uncontrolled", "by slots"


def find(design: Design, folder: Path, tell: Callable[[str], None]) -> Findings:
    """Train what is not trained and judge all."""
    people = design.people
    keys = jax.random.split(jax.random.key(_HELD_OUT), design.days)
    bound = np.array([best_day(people, begin(people, jax.random.split(key)[0])).worth for key in keys])
    tell(f"solved {design.days} days exactly")
    fixed: tuple[tuple[str, Choose], ...] = (
        (UNCONTROLLED, charge_at_once),
        (RULE, BySlots(people)),
        (CHANCE, Chance(design.problem(SOUND))),
    )
    rows = [_judged(design, label, [play(people, choose, keys)]) for label, choose in fixed]
    trained, habits = {}, {}
    for entry in ENTRIES:
        done = train(
            design.problem(entry),
            design.learner(entry),
            steps=design.steps,
            seeds=tuple(range(design.seeds)),
            out=folder / entry.folder,
            blocks=20,
        )
        trained[entry.folder] = done
        choosers = [greedy(design, entry, done, seed) for seed in done.seeds]
        rows.append(_judged(design, entry.label, [play(people, each, keys) for each in choosers]))
        habits[entry.folder] = habits_of(design, entry, done, keys)
        tell(f"learned and judged: {entry.label}")
    return Findings(design, tuple(rows), bound, trained, habits)


def greedy(design: Design, entry: Entry, trained: Trained, seed: int) -> Greedy:
    """Return vehicles that follow the tables of one seed."""
    return Greedy(design.problem(entry), trained.learner, trained.policy(seed))


def habits_of(design: Design, entry: Entry, trained: Trained, keys: PRNGKeyArray) -> Habits:
    """Return what the tables of the first seed do on the held-out days."""
    problem, state = design.problem(entry), trained.policy(trained.seeds[0])
    walk = start_rollout(problem, trained.learner, keys[0], len(keys))
    steps = rollout(problem, trained.learner, state, walk, None, problem.horizon)[1].steps
    stored = np.minimum((10 * np.asarray(steps.observation.features[..., 0])).astype(int), 9)
    hour = np.asarray(steps.observation.features[..., 2]).astype(int)
    choice = np.asarray(steps.action.choice)
    count = np.zeros((len(ACTIONS), 10, problem.horizon))
    np.add.at(count, (choice, stored, hour), 1.0)
    total = count.sum(axis=0)
    share = np.divide(count, total, out=np.full_like(count, np.nan), where=total > 0)
    used = np.stack([(choice == action).any(axis=(0, 1)) for action in range(len(ACTIONS))])
    return Habits(share, count.sum(axis=(1, 2)) / count.sum(), used.sum(axis=0).astype(float))


def _judged(design: Design, label: str, seeds: list[Day]) -> Judged:
    settings = design.settings
    whole = settings.battery.kwh * settings.battery.wear * settings.vehicles

    def over(name: str, how: str) -> Float[np.ndarray, "seed day"]:
        values = np.stack([np.asarray(getattr(day, name), np.float64) for day in seeds])
        told: Float[np.ndarray, "seed day"] = values.mean(axis=-1) if how == "mean" else values.sum(axis=-1)
        return told

    return Judged(
        label=label,
        adequacy=over("adequacy", "mean"),
        wear=over("wear", "sum") / whole,
        worth=over("worth", "sum"),
        trades=over("trades", "sum"),
        traded_kwh=over("traded_kwh", "sum") / 2.0,
        end=np.asarray(seeds[0].end_kwh[0], np.float64) / settings.battery.kwh,
    )
