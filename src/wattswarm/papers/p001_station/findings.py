"""What the study found, read back from its files, in the order of the page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wattswarm.control import Run, simulate
from wattswarm.evaluate import pooled_score
from wattswarm.learn import is_supervised
from wattswarm.learn.training import METRICS
from wattswarm.outlook import DayAhead
from wattswarm.papers.p001_station.contest import PAPER, REAL_TIME, RULES, Contest
from wattswarm.papers.p001_station.exams import Exam, examine
from wattswarm.papers.p001_station.figures import Curve
from wattswarm.papers.p001_station.lessons import Lesson
from wattswarm.papers.p001_station.problem.beliefs import PUBLISHED, name_of
from wattswarm.papers.p001_station.problem.days import Day, profits
from wattswarm.papers.p001_station.problem.places import Place
from wattswarm.papers.p001_station.problem.weights import Weights
from wattswarm.papers.p001_station.tables import Judged, Row, online_s
from wattswarm.papers.p001_station.trials import BOUND, CHEAPEST, IDLE, MPC, SEARCHES, Trial, judge
from wattswarm.papers.p001_station.work import Files
from wattswarm.plan import ModelPredictive, perfect_foresight
from wattswarm.plan.search import plan_by_search
from wattswarm.search import Budget


@dataclass(frozen=True)
class Findings:
    """The files of a finished study.

    Args:
        contest: what was computed.
        files: where it is kept.
    """

    contest: Contest
    files: Files

    def days(self, trial: Trial) -> list[Day]:
        """Return the days of a trial."""
        return judge(trial, self.files.oracle(), self.files.judged)

    def exam(self, exam: Exam) -> Judged:
        """Return the days of an exam by seed."""
        return examine(exam, None, self.files.oracle(), self.files.judged)

    def ends(self, place: Place) -> tuple[list[Day], list[Day]]:
        """Return the days without flexibility and those of perfect foresight at a place."""
        idle, bound = (self.days(Trial(place, name, self.contest.days)) for name in (IDLE, BOUND))
        return idle, bound

    def rows(self, place: Place) -> list[Row]:
        """Return every policy that was judged at a place under what its regime publishes."""
        days = self.contest.days
        named = {IDLE: "nothing", CHEAPEST: "prices", MPC: "prices", BOUND: "everything"}
        rows = [Row(name, [self.days(Trial(place, name, days))], knows) for name, knows in named.items()]
        if place == PAPER:
            rows += [Row(name, [self.days(Trial(place, name, days))], knows) for name, knows in RULES.items()]
            searched = {name: Trial(place, name, days, budget=self.contest.budget) for name in SEARCHES}
            rows += [Row(name, [self.days(each)], "prices, arrivals") for name, each in searched.items()]
        for exam in self.contest.exams():
            if exam.place == place and exam.lesson.belief == PUBLISHED:
                at_home = exam.lesson.place == place
                label = exam.lesson.label if at_home else f"{exam.lesson.label}, carried over"
                rows.append(Row(label, self.exam(exam), "prices"))
        return rows

    def beliefs(self) -> dict[str, dict[str, Judged]]:
        """Return days by belief and policy where prices are not published."""
        told: dict[str, dict[str, Judged]] = {}
        for belief in self.contest.beliefs:
            told[name_of(belief)] = {
                name: [self.days(Trial(REAL_TIME, name, self.contest.days, belief))]
                for name in (MPC, CHEAPEST)
            }
        for exam in self.contest.exams():
            if exam.place == REAL_TIME:
                told.setdefault(name_of(exam.lesson.belief), {})[exam.lesson.label] = self.exam(exam)
        return told

    def sizes(self) -> tuple[list[Curve], list[Curve]]:
        """Return F and online time over the number of vehicles, of policies judged at every size."""
        places = [PAPER, *(Place(count) for count in (*self.contest.counts, *self.contest.sizes))]
        places.sort(key=lambda place: place.count)
        saved, spent = [], []
        days = self.contest.days
        for each in (MPC, CHEAPEST, *self.contest.carried):
            scores, times = [], []
            for place in places:
                if isinstance(each, Lesson):
                    judged = self.exam(Exam(each, days, place))
                else:
                    judged = [self.days(Trial(place, each, days))]
                idle, bound = (profits(days) for days in self.ends(place))
                scores.append(float(np.mean([pooled_score(profits(seed), idle, bound) for seed in judged])))
                times.append(online_s(judged))
            counts = [place.count for place in places]
            name = each.label if isinstance(each, Lesson) else each
            saved.append(Curve(name, counts, np.array([scores])))
            spent.append(Curve(name, counts, np.array([times])))
        return saved, spent

    def noise(self) -> list[Curve]:
        """Return F of MPC over the level of each kind of noise."""
        idle, bound = (profits(days) for days in self.ends(REAL_TIME))
        curves = []
        for together, label in ((False, "independent errors"), (True, "errors that hang together")):
            score: dict[float, list[float]] = {}
            for noise in self.contest.noises():
                if noise.together == together:
                    days = self.days(Trial(REAL_TIME, MPC, self.contest.days, noise))
                    score.setdefault(noise.level, []).append(float(pooled_score(profits(days), idle, bound)))
            curves.append(Curve(label, list(score), np.array(list(score.values())).T))
        return curves

    def noise_met(self) -> dict[str, Judged]:
        """Return the days of the noise sweep by name, one run a seed."""
        told: dict[str, list[Sequence[Day]]] = {}
        for noise in self.contest.noises():
            days = self.days(Trial(REAL_TIME, MPC, self.contest.days, noise))
            told.setdefault(noise.name, []).append(days)
        return dict(told)

    def weights(self) -> dict[Weights, list[Day]]:
        """Return the days of the optimum of every setting of (19)."""
        days = self.contest.days
        return {each: self.days(Trial(PAPER, BOUND, days, weights=each)) for each in self.contest.weights}

    def curves(self) -> list[Curve]:
        """Return validation profit over steps of what learned by trying at the paper's station."""
        curves = []
        for lesson in dict.fromkeys(exam.lesson for exam in self.contest.exams()):
            if lesson.place == PAPER and not is_supervised(lesson.algorithm):
                records = self._records(lesson)
                scores = np.array([record["validation"] for record in records]).T
                curves.append(Curve(lesson.label, [record["env_steps"] for record in records], scores))
        return curves

    def validation_ends(self) -> tuple[float, float]:
        """Return the mean profit of validation days, uncontrolled and with perfect foresight [INR]."""
        idle, bound = (float(profits(self.days(each)).mean()) for each in self.contest.yardsticks())
        return idle, bound

    def training_cpu_s(self) -> dict[str, float]:
        """Return the processor time of a seed of each lesson at the paper's station [s]."""
        told = {}
        for lesson in dict.fromkeys(exam.lesson for exam in self.contest.exams()):
            if lesson.place == PAPER:
                told[lesson.label] = self._records(lesson)[-1]["cpu_s"] / len(lesson.seeds)
        return told

    def a_day(self) -> Run:
        """Return the first test day as MPC with published prices runs it."""
        scenario = PAPER.day(self.contest.days[0], self.files.oracle().prices)
        return simulate(scenario, [ModelPredictive(DayAhead())])[0]

    def searches(self) -> tuple[dict[str, np.ndarray], float]:
        """Return how the searches got on at the first test day, and its bound, both as cost [INR]."""
        day = self.contest.days[0]
        scenario = PAPER.day(day, self.files.oracle().prices)
        budget = Budget(*self.contest.budget)
        histories = {}
        for name, make in SEARCHES.items():
            plan = plan_by_search(scenario, make(), np.random.default_rng(day.toordinal()), budget)
            histories[name] = plan.results[0].history
        return histories, -perfect_foresight(scenario).profit

    def _records(self, lesson: Lesson) -> list[dict[str, Any]]:
        lines = (self.files.trainings / lesson.folder / METRICS).read_text().splitlines()
        return [json.loads(line) for line in lines]
