"""Who meets whom in the study of paper 001: days, planners, beliefs, noise, sizes, trainings and budgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from types import MappingProxyType

from wattswarm.evaluate import days_of
from wattswarm.learn import is_supervised
from wattswarm.market import Regime
from wattswarm.papers.experiment import Changes
from wattswarm.papers.p001_station.baselines import BOUND, CHEAPEST, IDLE, MPC, SEARCHES, Baseline
from wattswarm.papers.p001_station.problem.beliefs import (
    BY_POA,
    NOW,
    PERFECT,
    PUBLISHED,
    USUAL,
    Belief,
    Noise,
)
from wattswarm.papers.p001_station.problem.places import Place
from wattswarm.papers.p001_station.problem.weights import PAPER_WEIGHTS, Weights, grid_of_weights
from wattswarm.papers.p001_station.trainings import Kind, StationEvaluation, StationTraining, TunedTraining

PAPER, REAL_TIME, ONE_WAY = Place(), Place(regime=Regime.RT), Place(v2g=False)
CONGESTED = Place(200, rush=6.0)
"""200 vehicles behind 500 kW that come six times as fast as 200 would over a whole day."""
SMALL_CONGESTED = Place(40, rush=6.0, limit_kw=100.0)
"""A fifth of `CONGESTED`: as many vehicles a kW, as fast."""
RULES: Mapping[str, str] = MappingProxyType(
    {
        "average-rate": "nothing",
        "least-laxity-first": "nothing",
        "price-threshold": "prices",
        "vehicle-to-grid": "prices",
    }
)
"""Rules of the package that are judged at the paper's station, and what they know beforehand."""
_USUAL = (IDLE, CHEAPEST, MPC, BOUND)
_GRADIENTS: Changes = (
    *(("recurrent", False), ("gamma", 1.0), ("trace", 0.99)),
    *(("environments", 16), ("sequence", 96), ("curiosity", 0.02)),
)
"""No discount: at 0.95 a quarter-hour, as printed, whoever pays an hour later pays a fifth less."""
_IMITATION: Changes = (("environments", 20), ("batch", 32), ("updates", 18_000))
_LITTLE_IMITATION: Changes = (("rounds", 2), ("environments", 2), ("updates", 400))


@dataclass(frozen=True)
class Design:
    """Everything that decides what the study computes."""

    days: tuple[date, ...]
    seeds: int
    steps: int
    """Environment steps of each seed."""
    learned_days: tuple[int, int]
    budget: tuple[int, int]
    """Candidates and rounds of each search, a day."""
    beliefs: tuple[Belief, ...]
    """That MPC is given where prices are not published."""
    levels: tuple[float, ...]
    """Of noise, and how many seeds each."""
    noise_seeds: int
    counts: tuple[int, ...]
    """Numbers of agents beside the paper's."""
    sizes: tuple[int, ...]
    weights: tuple[Weights, ...]
    """Settings of (19)."""
    learners: tuple[tuple[str, str], ...]
    """Label and algorithm of what is trained at the paper's station; the last also where prices are not
    published."""
    informed: tuple[Belief, ...]
    """Beliefs that it then has of them."""
    quick: bool = False
    """Whether little of everything shows that it works."""

    def training(
        self,
        label: str,
        algorithm: str,
        place: Place = PAPER,
        *,
        belief: Belief = PUBLISHED,
        kind: Kind = "anticipating",
        more: Changes = (),
    ) -> StationTraining:
        """Return a training with the design's budgets; `more` sets fields of its learner."""
        changes = _GRADIENTS
        if is_supervised(algorithm):
            changes = _LITTLE_IMITATION if self.quick else _IMITATION
        return StationTraining(
            label=label,
            algorithm=algorithm,
            place=place,
            belief=belief,
            kind=kind,
            changes=(*changes, *more),
            seeds=tuple(range(self.seeds)),
            steps=self.steps,
            days=self.learned_days,
        )

    @property
    def champion(self) -> StationTraining:
        """The paper's own way to learn: the first of the learners."""
        return self.training(*self.learners[0])

    @property
    def tuned(self) -> TunedTraining:
        """The champion once the pelican has settled its rate, discount and clip."""
        own = vars(self.champion)
        return TunedTraining(**{**own, "label": f"{self.champion.label}, tuned by POA"})

    @property
    def carried(self) -> tuple[StationTraining, StationTraining]:
        """The trainings whose actor is carried over to larger stations: the paper's own way, and the last."""
        return self.champion, self.training(*self.learners[-1])

    def noises(self) -> list[Noise]:
        return [
            Noise(level, together, seed)
            for together, level, seed in product((False, True), self.levels, range(self.noise_seeds))
        ]

    def yardsticks(self) -> tuple[Baseline, Baseline]:
        """Return what learning curves are drawn between: no flexibility and the bound on validation days."""
        days = self.champion.all_dates[self.learned_days[0] :]
        return Baseline(PAPER, IDLE, days), Baseline(PAPER, BOUND, days)

    def baselines(self) -> list[Baseline]:
        """Return everything to judge that does not learn, what the first table needs first."""
        first = [Baseline(PAPER, name, self.days) for name in (*_USUAL, *RULES)]
        searched = [Baseline(PAPER, name, self.days, budget=self.budget) for name in SEARCHES]
        blind = [Baseline(REAL_TIME, name, self.days) for name in (IDLE, BOUND)]
        believing = [
            Baseline(REAL_TIME, policy, self.days, belief)
            for belief in self.beliefs
            for policy in (MPC, CHEAPEST)
        ]
        noisy = [Baseline(REAL_TIME, MPC, self.days, noise) for noise in self.noises()]
        others = [Baseline(place, name, self.days) for place in self.places() for name in _USUAL]
        weighed = [Baseline(PAPER, BOUND, self.days, weights=each) for each in self.weights]
        return [*first, *self.yardsticks(), *searched, *blind, *believing, *noisy, *others, *weighed]

    def places(self) -> list[Place]:
        """Return the stations beside the paper's: without V2G, of other sizes, congested."""
        return [ONE_WAY, *(Place(count) for count in (*self.counts, *self.sizes)), CONGESTED]

    def evaluations(self) -> list[StationEvaluation]:
        """Return every training with every place that it is judged at."""
        at_home = [StationEvaluation(self.training(*each), self.days, PAPER) for each in self.learners]
        larger = (Place(count) for count in (*self.counts, *self.sizes))
        places = (*larger, CONGESTED)
        carried = [
            StationEvaluation(training, self.days, place) for training in self.carried for place in places
        ]
        if self.quick:
            return [*at_home, *carried]
        trainings = [
            self.training("MAPPO, task as registered", "mappo", kind="registered"),
            *(self.training(*self.learners[-1], REAL_TIME, belief=belief) for belief in self.informed),
            self.training("MAPPO", "mappo", ONE_WAY),
            self.tuned,
        ]
        squeezed = self.training("MAPPO, learned in congestion", "mappo", SMALL_CONGESTED)
        elsewhere = [StationEvaluation(each, self.days, each.place) for each in trainings]
        expecting = self.training(
            "imitation of MPC that knows all, learned in congestion",
            "dagger",
            SMALL_CONGESTED,
            more=(("all_knowing", True),),
        )
        tight = [StationEvaluation(each, self.days, CONGESTED) for each in (squeezed, expecting)]
        return [*at_home, *elsewhere, *carried, *tight]


def full_design() -> Design:
    return Design(
        days=days_of("test", 46),
        seeds=10,
        steps=200_000,
        learned_days=(120, 20),
        budget=(50, 100),
        beliefs=("persistence", USUAL, "naive-day", "arima", "boosting", "lstm", "bilstm", BY_POA, PERFECT),
        levels=(0.0, 0.1, 0.2, 0.3, 0.4, 0.5),
        noise_seeds=3,
        counts=(10, 20, 30, 50),
        sizes=(100, 200, 1000),
        weights=grid_of_weights(),
        learners=(
            ("MAPPO", "mappo"),
            ("IPPO", "ippo"),
            ("PPO, continuous", "ppo-continuous"),
            ("imitation of MPC", "dagger"),
        ),
        informed=(NOW, "arima", "boosting", "lstm", "bilstm", BY_POA, PERFECT),
    )


def quick_design() -> Design:
    """Return a study that shows in minutes that everything works, and nothing about who is better."""
    return Design(
        days=days_of("test", 2),
        seeds=1,
        steps=1_600,
        learned_days=(3, 1),
        budget=(10, 3),
        beliefs=("persistence", USUAL, PERFECT),
        levels=(0.0, 0.5),
        noise_seeds=1,
        counts=(),
        sizes=(100,),
        weights=((0.7, 0.2, 0.1), PAPER_WEIGHTS, (0.2, 0.6, 0.2)),
        learners=(("MAPPO", "mappo"), ("imitation of MPC", "dagger")),
        informed=(),
        quick=True,
    )
