"""What the study found, read back from its files, in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wattswarm.control import Run, simulate
from wattswarm.evaluate import pooled_score
from wattswarm.learn import is_supervised
from wattswarm.outlook import DayAhead
from wattswarm.papers.experiment import Curve, Study
from wattswarm.papers.p001_station.baselines import BOUND, CHEAPEST, IDLE, MPC, SEARCHES, Baseline
from wattswarm.papers.p001_station.design import PAPER, REAL_TIME, RULES, Design
from wattswarm.papers.p001_station.problem.beliefs import PUBLISHED, PriceModels, name_of
from wattswarm.papers.p001_station.problem.days import Day, profits
from wattswarm.papers.p001_station.problem.places import Place
from wattswarm.papers.p001_station.problem.weights import Weights
from wattswarm.papers.p001_station.tables import Judged, Row, online_s
from wattswarm.papers.p001_station.trainings import StationEvaluation, StationTraining
from wattswarm.plan import ModelPredictive, perfect_foresight
from wattswarm.plan.search import plan_by_search
from wattswarm.search import Budget


@dataclass(frozen=True)
class Findings:
    """A finished study."""

    design: Design
    study: Study[PriceModels]

    def days(self, policy: str, place: Place = PAPER, **how: Any) -> list[Day]:
        """Return the test days of a baseline; `how` is what else `Baseline` takes."""
        return Baseline(place, policy, self.design.days, **how).result(self.study)

    def ends(self, place: Place) -> tuple[list[Day], list[Day]]:
        """Return the days without flexibility and those of perfect foresight at a place."""
        return self.days(IDLE, place), self.days(BOUND, place)

    def rows(self, place: Place) -> list[Row]:
        """Return every policy that was judged at a place under what its regime publishes."""
        knows = {IDLE: "nothing", CHEAPEST: "prices", MPC: "prices", BOUND: "everything"}
        knows |= RULES if place == PAPER else {}
        rows = [Row(name, [self.days(name, place)], known) for name, known in knows.items()]
        if place == PAPER:
            searched = {name: self.days(name, budget=self.design.budget) for name in SEARCHES}
            rows += [Row(name, [days], "prices, arrivals") for name, days in searched.items()]
        for each in self.design.evaluations():
            if each.place == place and each.training.belief == PUBLISHED:
                at_home = each.training.place == place
                label = each.training.label if at_home else f"{each.training.label}, carried over"
                rows.append(Row(label, each.result(self.study), "prices"))
        return rows

    def beliefs(self) -> dict[str, dict[str, Judged]]:
        """Return days by belief and policy where prices are not published."""
        found: dict[str, dict[str, Judged]] = {
            name_of(belief): {name: [self.days(name, REAL_TIME, belief=belief)] for name in (MPC, CHEAPEST)}
            for belief in self.design.beliefs
        }
        for each in self.design.evaluations():
            if each.place == REAL_TIME:
                row = found.setdefault(name_of(each.training.belief), {})
                row[each.training.label] = each.result(self.study)
        return found

    def sizes(self) -> tuple[list[Curve], list[Curve]]:
        """Return F and online time over the number of vehicles, of policies judged at every size."""
        places = [PAPER, *(Place(count) for count in (*self.design.counts, *self.design.sizes))]
        places.sort(key=lambda place: place.count)
        counts = [place.count for place in places]
        saved, spent = [], []
        for each in (MPC, CHEAPEST, *self.design.carried):
            scores, times = [], []
            for place in places:
                judged: Judged
                if isinstance(each, StationTraining):
                    judged = StationEvaluation(each, self.design.days, place).result(self.study)
                else:
                    judged = [self.days(each, place)]
                idle, bound = (profits(days) for days in self.ends(place))
                scores.append(float(np.mean([pooled_score(profits(seed), idle, bound) for seed in judged])))
                times.append(online_s(judged))
            name = each.label if isinstance(each, StationTraining) else each
            saved.append(Curve(name, counts, np.array([scores])))
            spent.append(Curve(name, counts, np.array([times])))
        return saved, spent

    def noise(self) -> list[Curve]:
        """Return F of MPC over the level of each kind of noise."""
        idle, bound = (profits(days) for days in self.ends(REAL_TIME))
        curves = []
        for together, label in ((False, "independent errors"), (True, "errors that hang together")):
            score: dict[float, list[float]] = {}
            for noise in self.design.noises():
                if noise.together == together:
                    days = self.days(MPC, REAL_TIME, belief=noise)
                    score.setdefault(noise.level, []).append(float(pooled_score(profits(days), idle, bound)))
            curves.append(Curve(label, list(score), np.array(list(score.values())).T))
        return curves

    def noise_met(self) -> dict[str, Judged]:
        """Return the days of the noise sweep by name, one run a seed."""
        found: dict[str, list[Sequence[Day]]] = {}
        for noise in self.design.noises():
            found.setdefault(noise.name, []).append(self.days(MPC, REAL_TIME, belief=noise))
        return dict(found)

    def weights(self) -> dict[Weights, list[Day]]:
        """Return the days of the optimum of every setting of (19)."""
        return {each: self.days(BOUND, weights=each) for each in self.design.weights}

    def curves(self) -> list[Curve]:
        """Return validation profit over steps of what learned by trying at the paper's station."""
        return [each.curve(self.study) for each in self._at_home() if not is_supervised(each.algorithm)]

    def validation_ends(self) -> tuple[float, float]:
        """Return the mean profit of validation days, uncontrolled and with perfect foresight [INR]."""
        idle, bound = (profits(each.result(self.study)).mean() for each in self.design.yardsticks())
        return float(idle), float(bound)

    def training_cpu_s(self) -> dict[str, float]:
        """Return the processor time of a seed of each training at the paper's station [s]."""
        return {training.label: training.cpu_s(self.study) for training in self._at_home()}

    def a_day(self) -> Run:
        """Return the first test day as MPC with published prices runs it."""
        scenario = PAPER.day(self.design.days[0], self.study.inputs().prices)
        return simulate(scenario, [ModelPredictive(DayAhead())])[0]

    def searches(self) -> tuple[dict[str, np.ndarray], float]:
        """Return how the searches got on at the first test day, and its bound, both as cost [INR]."""
        day = self.design.days[0]
        scenario = PAPER.day(day, self.study.inputs().prices)
        budget = Budget(*self.design.budget)
        histories = {}
        for name, make in SEARCHES.items():
            plan = plan_by_search(scenario, make(), np.random.default_rng(day.toordinal()), budget)
            histories[name] = plan.results[0].history
        return histories, -perfect_foresight(scenario).profit

    def _at_home(self) -> Iterator[StationTraining]:
        """Yield what was trained at the paper's station."""
        for training in dict.fromkeys(each.training for each in self.design.evaluations()):
            if training.place == PAPER:
                yield training
