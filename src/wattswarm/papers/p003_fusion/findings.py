"""What the study found, read back from its files, in the order of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float

from wattswarm.evaluate import Interval, flexibility_scores, score_interval
from wattswarm.papers.experiment import Curve
from wattswarm.papers.p003_fusion.baselines import BOUND, IDLE, MPC, Baseline
from wattswarm.papers.p003_fusion.close_look import CloseLookResult
from wattswarm.papers.p003_fusion.design import AGELESS, HOME, Design
from wattswarm.papers.p003_fusion.layers.front import beyond
from wattswarm.papers.p003_fusion.layers.inputs import FusionStudy
from wattswarm.papers.p003_fusion.layers.outcome import Night, household_bill, mean, values
from wattswarm.papers.p003_fusion.layers.places import Place, PublishedPlace, weighing
from wattswarm.papers.p003_fusion.trainings import FleetEvaluation, FleetTraining

Judged = Sequence[Sequence[Night]]
"""Nights by seed; one seed for policies without chance."""
Point = tuple[float, float]
"""Mean money and mean peak-valley difference of a night."""


@dataclass(frozen=True)
class Score:
    """F with its 95 % bootstrap interval over seeds and nights."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Lead:
    """How much cheaper fused control is than a layer's front at its own difference."""

    layer: str
    difference: float
    """Price of the difference that fused control learned with [currency/kW]."""
    value: float
    """Mean [currency a night]; infinite where the layer never comes to so small a difference."""
    low: float
    """Lower end of the 95 % bootstrap interval over nights."""


@dataclass(frozen=True)
class Findings:
    """A finished study."""

    design: Design
    study: FusionStudy

    @property
    def currency(self) -> str:
        """Currency of the market's prices."""
        return self.study.inputs().records.prices.unit.split("/")[0]

    def nights(self, baseline: Baseline) -> list[Night]:
        return baseline.result(self.study)

    def learned(self, training: FleetTraining, place: Place | None = None) -> Judged:
        """Return the nights of a training by seed, at its own place or another."""
        return FleetEvaluation(training, self.design.nights, place or training.place).result(self.study)

    def ends(self, place: Place = HOME) -> tuple[list[Night], list[Night]]:
        """Return the nights without control and those of perfect foresight at a place.

        Without control nothing depends on the price of the difference.
        """
        idle = HOME if place.count == HOME.count else place
        nights = self.design.nights
        return self.nights(Baseline(idle, IDLE, nights)), self.nights(Baseline(place, BOUND, nights))

    def score(self, judged: Judged, place: Place = HOME) -> Interval:
        """Return F under a place's own weighting."""
        price = place.weights.difference
        idle, bound = (values(nights, price) for nights in self.ends(place))
        return score_interval(np.array([values(seed, price) for seed in judged]), idle, bound)

    @cached_property
    def alpha(self) -> float:
        """The alpha that is best under the usual weights on the nights of choosing."""
        best = max(self.design.games(HOME, self.design.choosing), key=self._chosen)
        return float(best.alpha or 0.0)

    @cached_property
    def levels(self) -> tuple[float, float]:
        """The quantiles of the forecast rule that are best on the nights of choosing."""
        return max(self.design.rules(HOME, self.design.choosing), key=self._chosen).levels

    def standings(self) -> dict[str, Judged]:
        """Return the test nights of every policy under the usual weights."""
        idle, bound = self.ends()
        games = {baseline.alpha: baseline for baseline in self.design.games(HOME, self.design.nights)}
        rules = {baseline.levels: baseline for baseline in self.design.rules(HOME, self.design.nights)}
        named = {
            f"MPC ({self.design.belief})": self.design.planner(HOME),
            f"game alone, alpha {self.alpha:g}": games[self.alpha],
            "forecast rule alone": rules[self.levels],
            **{f"{baseline.policy} at noon": baseline for baseline in self.design.searches()},
        }
        return {
            "perfect foresight": [bound],
            **{name: [self.nights(baseline)] for name, baseline in named.items()},
            **{each.label: self.learned(each) for each in self.at_home()},
            "uncontrolled": [idle],
        }

    def at_home(self) -> list[FleetTraining]:
        """Return what learned under the usual weights."""
        return [training for training in self.design.trainings(self.alpha) if training.place == HOME]

    def beliefs(self) -> dict[str, Judged]:
        """Return MPC under the usual weights by what it believes."""
        planners = {belief: self.design.planner(HOME, belief) for belief in self.design.beliefs}
        return {belief: [self.nights(planner)] for belief, planner in planners.items()}

    def alphas(self) -> dict[float, list[Night]]:
        """Return the test nights of the paper's game by alpha."""
        games = self.design.games(HOME, self.design.nights)
        return {float(baseline.alpha or 0.0): self.nights(baseline) for baseline in games}

    def optima(self) -> list[tuple[float, Point]]:
        """Return corners of the exact front, each with the price of the difference under which it is best."""
        prices = sorted({*self.design.differences, *self.design.ceiling})
        bounds = (Baseline(Place(weights=weighing(each)), BOUND, self.design.nights) for each in prices)
        return [(price, _point([self.nights(each)])) for price, each in zip(prices, bounds, strict=True)]

    def layers(self) -> dict[str, list[Judged]]:
        """Return what each single layer reaches: by quantiles, by alpha, by the weights it learned with."""
        design = self.design
        return {
            "forecast rule": [[self.nights(each)] for each in design.rules(HOME, design.nights)],
            "game": [[self.nights(each)] for each in design.games(HOME, design.nights)],
            "control alone": [self.learned(design.alone(place)) for place in design.places()],
        }

    def fronts(self) -> dict[str, list[Point]]:
        """Return the points of every layer, of MPC and of fused control."""
        design = self.design
        points = {name: [_point(each) for each in told] for name, told in self.layers().items()}
        places = design.places()
        points["control and forecast"] = [_point(self.learned(design.informed(each))) for each in places]
        points["MPC"] = [_point([self.nights(design.planner(each))]) for each in places]
        points["fused"] = [_point(self.learned(design.fused(each))) for each in places]
        return points

    def leads(self, resamples: int = 500) -> list[Lead]:
        """Return how far fused control lies beyond every single layer's front, at every weighting."""
        count = len(self.design.nights)
        draws = np.random.default_rng(0).integers(0, count, (resamples, count))
        told = []
        for layer, points in self.layers().items():
            theirs = [_by_night(each) for each in points]
            for place in self.design.places():
                ours = _by_night(self.learned(self.design.fused(place)))
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
        front = [_point(self.learned(self.design.fused(place))) for place in self.design.places()]
        behind = [
            (layer, -beyond(_point(judged), front))
            for layer, points in self.layers().items()
            for judged in points
        ]
        return min(behind, key=lambda each: each[1])

    def weighed(self) -> dict[str, dict[float, Interval]]:
        """Return F under each weighting of what learned or planned for it, prices published or not."""
        design = self.design
        places, published = design.places(), design.places(PublishedPlace)
        judged: dict[str, list[Judged]] = {
            "fused": [self.learned(design.fused(each)) for each in places],
            "control and forecast": [self.learned(design.informed(each)) for each in places],
            "control alone": [self.learned(design.alone(each)) for each in places],
            "MPC": [[self.nights(design.planner(each))] for each in places],
            "fused, published": [self.learned(design.fused(each)) for each in published],
            "MPC, published": [[self.nights(design.planner(each))] for each in published],
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
        for place in sorted((HOME, *self.design.sizes()), key=lambda place: place.count):
            told[place.count] = {
                "MPC": self.score([self.nights(self.design.planner(place))], place),
                "fused": self.score(self.learned(self.design.fused(), place), place),
            }
        return told

    def ageing(self) -> dict[str, tuple[list[Night], list[Night]]]:
        """Return the nights of bound and MPC with and without a price of wear."""
        design = self.design
        told = {
            BOUND: [Baseline(place, BOUND, design.nights) for place in (HOME, AGELESS)],
            MPC: [design.planner(place) for place in (HOME, AGELESS)],
        }
        return {name: (self.nights(each[0]), self.nights(each[1])) for name, each in told.items()}

    def curves(self) -> list[Curve]:
        """Return F on the nights of choosing over steps of what learned under the usual weights."""
        # Learners are told the whole site's money, households included.
        idle, bound = (
            self._chosen(Baseline(HOME, name, self.design.choosing)) - self._households()
            for name in (IDLE, BOUND)
        )
        return [
            replace(curve, values=flexibility_scores(curve.values, idle, bound))
            for curve in (training.curve(self.study) for training in self.at_home())
        ]

    def training_cpu_s(self) -> dict[str, float]:
        """Return the processor time of a seed of each training under the usual weights [s]."""
        return {training.label: training.cpu_s(self.study) for training in self.at_home()}

    def close_look(self) -> CloseLookResult:
        """Return what fused control lives by, and the first test night."""
        return self.design.close_look(self.alpha).result(self.study)

    def _households(self) -> float:
        """Return what the households alone pay on a mean night of choosing [currency]."""
        prices = self.study.inputs().records
        nights = (HOME.day(day, prices) for day in self.design.choosing)
        return float(np.mean([household_bill(night) for night in nights]))

    def _chosen(self, baseline: Baseline) -> float:
        return float(values(self.nights(baseline), HOME.weights.difference).mean())


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
