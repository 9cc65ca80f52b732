"""What the study found, read back from its files, in the order of the page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float

from wattswarm.evaluate import Interval, flexibility_scores, score_interval
from wattswarm.learn.training import METRICS
from wattswarm.papers.p003_fusion.close_look import Seen, look
from wattswarm.papers.p003_fusion.contest import AGELESS, HOME, Contest
from wattswarm.papers.p003_fusion.exams import Exam, examine
from wattswarm.papers.p003_fusion.layers.front import beyond
from wattswarm.papers.p003_fusion.layers.outcome import Night, household_bill, mean, values
from wattswarm.papers.p003_fusion.layers.places import Place, PublishedPlace, weighing
from wattswarm.papers.p003_fusion.lessons import Lesson
from wattswarm.papers.p003_fusion.trials import BOUND, IDLE, MPC, Trial, judge
from wattswarm.papers.p003_fusion.work import Files

Judged = Sequence[Sequence[Night]]
"""Nights by seed; one seed for policies without chance."""
Point = tuple[float, float]
"""Mean money and mean peak-valley difference of a night."""


@dataclass(frozen=True)
class Row:
    """One policy at one place.

    Args:
        policy: its name.
        judged: nights by seed.
    """

    policy: str
    judged: Judged


@dataclass(frozen=True)
class Lead:
    """How much cheaper fused control is than a layer's front at its own difference.

    Args:
        layer: whose front.
        difference: price of the difference that fused control learned with [currency/kW].
        value: mean [currency a night]; infinite where the layer never comes to so small a difference.
        low: lower end of the 95 % bootstrap interval over nights.
    """

    layer: str
    difference: float
    value: float
    low: float


@dataclass(frozen=True)
class Findings:
    """The files of a finished study.

    Args:
        contest: what was computed.
        files: where it is kept.
    """

    contest: Contest
    files: Files

    @property
    def currency(self) -> str:
        """Currency of the market's prices."""
        return self.files.desk().records.prices.unit.split("/")[0]

    def nights(self, trial: Trial) -> list[Night]:
        """Return the nights of a trial."""
        return judge(trial, self.files.desk(), self.files.judged)

    def exam(self, lesson: Lesson, place: Place | None = None) -> Judged:
        """Return the nights of a lesson by seed, at its own place or another."""
        exam = Exam(lesson, self.contest.nights, place or lesson.place)
        return examine(exam, None, self.files.desk(), self.files.judged)

    def ends(self, place: Place = HOME) -> tuple[list[Night], list[Night]]:
        """Return the nights without control and those of perfect foresight at a place.

        Without control nothing depends on the price of the difference.
        """
        idle = HOME if place.count == HOME.count else place
        nights = self.contest.nights
        return self.nights(Trial(idle, IDLE, nights)), self.nights(Trial(place, BOUND, nights))

    def score(self, judged: Judged, place: Place = HOME) -> Interval:
        """Return F under a place's own weighting."""
        price = place.weights.difference
        idle, bound = (values(nights, price) for nights in self.ends(place))
        return score_interval(np.array([values(seed, price) for seed in judged]), idle, bound)

    @cached_property
    def alpha(self) -> float:
        """The alpha that is best under the usual weights on the nights of choosing."""
        best = max(self.contest.games(HOME, self.contest.choosing), key=self._chosen)
        return float(best.alpha or 0.0)

    @cached_property
    def levels(self) -> tuple[float, float]:
        """The quantiles of the forecast rule that are best on the nights of choosing."""
        return max(self.contest.rules(HOME, self.contest.choosing), key=self._chosen).levels

    def rows(self) -> list[Row]:
        """Return every policy under the usual weights, test nights."""
        idle, bound = self.ends()
        games = {trial.alpha: trial for trial in self.contest.games(HOME, self.contest.nights)}
        rules = {trial.levels: trial for trial in self.contest.rules(HOME, self.contest.nights)}
        named = {
            f"MPC ({self.contest.belief})": self.contest.planner(HOME),
            f"game alone, alpha {self.alpha:g}": games[self.alpha],
            "forecast rule alone": rules[self.levels],
            **{f"{trial.policy} at noon": trial for trial in self.contest.searches()},
        }
        return [
            Row("perfect foresight", [bound]),
            *(Row(name, [self.nights(trial)]) for name, trial in named.items()),
            *(Row(each.label, self.exam(each)) for each in self.home_lessons()),
            Row("uncontrolled", [idle]),
        ]

    def home_lessons(self) -> list[Lesson]:
        """Return what learned under the usual weights."""
        return [lesson for lesson in self.contest.lessons(self.alpha) if lesson.place == HOME]

    def beliefs(self) -> dict[str, Row]:
        """Return MPC under the usual weights by what it believes."""
        return {
            belief: Row(MPC, [self.nights(self.contest.planner(HOME, belief))])
            for belief in self.contest.beliefs
        }

    def alphas(self) -> dict[float, list[Night]]:
        """Return the test nights of the paper's game by alpha."""
        games = self.contest.games(HOME, self.contest.nights)
        return {float(trial.alpha or 0.0): self.nights(trial) for trial in games}

    def optima(self) -> list[tuple[float, Point]]:
        """Return corners of the exact front, each with the price of the difference under which it is best."""
        prices = sorted({*self.contest.differences, *self.contest.ceiling})
        bounds = (Trial(Place(weights=weighing(each)), BOUND, self.contest.nights) for each in prices)
        return [(price, _point([self.nights(each)])) for price, each in zip(prices, bounds, strict=True)]

    def layers(self) -> dict[str, list[Judged]]:
        """Return what each single layer reaches: by quantiles, by alpha, by the weights it learned with."""
        contest = self.contest
        return {
            "forecast rule": [[self.nights(each)] for each in contest.rules(HOME, contest.nights)],
            "game": [[self.nights(each)] for each in contest.games(HOME, contest.nights)],
            "control alone": [self.exam(contest.alone(place)) for place in contest.places()],
        }

    def fronts(self) -> dict[str, list[Point]]:
        """Return the points of every layer, of MPC and of fused control."""
        contest = self.contest
        points = {name: [_point(each) for each in told] for name, told in self.layers().items()}
        places = contest.places()
        points["control and forecast"] = [_point(self.exam(contest.informed(each))) for each in places]
        points["MPC"] = [_point([self.nights(contest.planner(each))]) for each in places]
        points["fused"] = [_point(self.exam(contest.fused(each))) for each in places]
        return points

    def leads(self, resamples: int = 500) -> list[Lead]:
        """Return how far fused control lies beyond every single layer's front, at every weighting."""
        count = len(self.contest.nights)
        draws = np.random.default_rng(0).integers(0, count, (resamples, count))
        told = []
        for layer, points in self.layers().items():
            theirs = [_by_night(each) for each in points]
            for place in self.contest.places():
                ours = _by_night(self.exam(self.contest.fused(place)))
                drawn = [_beyond(ours, theirs, draw) for draw in draws]
                every = _beyond(ours, theirs, np.arange(count))
                low = float(np.quantile(drawn, 0.025, method="lower"))
                told.append(Lead(layer, place.weights.difference, every, low))
        return told

    def rival(self) -> tuple[str, float]:
        """Return the layer one of whose settings comes nearest to the front of fused control, or beyond it.

        Returns:
            The layer, and how much dearer it is than that front at its own difference, mean [currency a
            night]; minus infinite where fused control never comes to so small a difference.
        """
        front = [_point(self.exam(self.contest.fused(place))) for place in self.contest.places()]
        behind = [
            (layer, -beyond(_point(judged), front))
            for layer, points in self.layers().items()
            for judged in points
        ]
        return min(behind, key=lambda each: each[1])

    def weighed(self) -> dict[str, dict[float, Interval]]:
        """Return F under each weighting of what learned or planned for it, prices published or not."""
        contest = self.contest
        places, published = contest.places(), contest.places(PublishedPlace)
        judged: dict[str, list[Judged]] = {
            "fused": [self.exam(contest.fused(each)) for each in places],
            "control and forecast": [self.exam(contest.informed(each)) for each in places],
            "control alone": [self.exam(contest.alone(each)) for each in places],
            "MPC": [[self.nights(contest.planner(each))] for each in places],
            "fused, published": [self.exam(contest.fused(each)) for each in published],
            "MPC, published": [[self.nights(contest.planner(each))] for each in published],
        }
        # What can be had at best does not depend on what is known.
        return {
            name: {
                place.weights.difference: self.score(each, place)
                for place, each in zip(places, told, strict=True)
            }
            for name, told in judged.items()
        }

    def sizes(self) -> dict[int, dict[str, Interval]]:
        """Return F by number of vehicles, fused control carried over from the usual fleet."""
        told = {}
        for place in sorted((HOME, *self.contest.sizes()), key=lambda place: place.count):
            told[place.count] = {
                "MPC": self.score([self.nights(self.contest.planner(place))], place),
                "fused": self.score(self.exam(self.contest.fused(), place), place),
            }
        return told

    def ageing(self) -> dict[str, tuple[list[Night], list[Night]]]:
        """Return the nights of bound and MPC with and without a price of wear."""
        contest = self.contest
        told = {
            BOUND: [Trial(place, BOUND, contest.nights) for place in (HOME, AGELESS)],
            MPC: [contest.planner(place) for place in (HOME, AGELESS)],
        }
        return {name: (self.nights(each[0]), self.nights(each[1])) for name, each in told.items()}

    def curves(self) -> dict[str, tuple[list[int], Float[np.ndarray, "seed block"]]]:
        """Return F on the nights of choosing over steps of what learned under the usual weights."""
        # Learners are told the whole site's money, households included.
        idle, bound = (
            self._chosen(Trial(HOME, name, self.contest.choosing)) - self._households()
            for name in (IDLE, BOUND)
        )
        told = {}
        for lesson in self.home_lessons():
            records = self.records(lesson)
            earned = np.array([record["validation"] for record in records]).T
            steps = [each["env_steps"] for each in records]
            told[lesson.label] = (steps, flexibility_scores(earned, idle, bound))
        return told

    def training_cpu_s(self) -> dict[str, float]:
        """Return the processor time of a seed of each lesson under the usual weights [s]."""
        return {
            lesson.label: self.records(lesson)[-1]["cpu_s"] / len(lesson.seeds)
            for lesson in self.home_lessons()
        }

    def close_look(self) -> Seen:
        """Return what fused control lives by, and the first test night."""
        return look(
            self.contest.close_look(self.alpha), self.files.desk(), self.files.trainings, self.files.judged
        )

    def records(self, lesson: Lesson) -> list[dict[str, Any]]:
        """Return what was noted while a lesson was learned."""
        lines = (self.files.trainings / lesson.folder / METRICS).read_text().splitlines()
        return [json.loads(line) for line in lines]

    def _households(self) -> float:
        """Return what the households alone pay on a mean night of choosing [currency]."""
        prices = self.files.desk().records
        nights = (HOME.day(day, prices) for day in self.contest.choosing)
        return float(np.mean([household_bill(night) for night in nights]))

    def _chosen(self, trial: Trial) -> float:
        return float(values(self.nights(trial), HOME.weights.difference).mean())


def _point(judged: Judged) -> Point:
    return (
        float(np.mean([mean(seed, "money") for seed in judged])),
        float(np.mean([mean(seed, "difference_kw") for seed in judged])),
    )


def _by_night(judged: Judged) -> Float[np.ndarray, "night 2"]:
    """Return money and difference of each night, means over seeds."""
    told = np.array([[(each.money, each.difference_kw) for each in seed] for seed in judged])
    return np.asarray(told.mean(axis=0))


def _beyond(
    ours: Float[np.ndarray, "night 2"], theirs: Sequence[Float[np.ndarray, "night 2"]], drawn: Any
) -> float:
    money, difference = ours[drawn].mean(axis=0)
    others = [tuple(float(x) for x in each[drawn].mean(axis=0)) for each in theirs]
    return beyond((float(money), float(difference)), [(a, b) for a, b in others])
