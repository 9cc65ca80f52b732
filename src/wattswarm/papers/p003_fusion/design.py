"""Who meets whom in the study of paper 003: nights, weights, layers, beliefs, sizes and budgets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wattswarm.evaluate import days_of
from wattswarm.forecast import forecaster_names
from wattswarm.papers.experiment import Changes
from wattswarm.papers.p001_station.problem import PERFECT, USUAL
from wattswarm.papers.p003_fusion.baselines import BOUND, GAME, IDLE, MPC, RULE, SEARCHES, Baseline
from wattswarm.papers.p003_fusion.close_look import CloseLook
from wattswarm.papers.p003_fusion.layers.games import Game
from wattswarm.papers.p003_fusion.layers.places import Place, PublishedPlace, weighing
from wattswarm.papers.p003_fusion.trainings import FleetEvaluation, FleetTraining, Kind
from wattswarm.tasks.fleet import Weights

HOME = Place()
"""The fleet under the usual weights."""
AGELESS = Place(weights=Weights(ageing=0.0))
"""The fleet where wear costs nothing."""
_GRADIENT, _ACTORS, _TABLES = "apg", "mappo", "tabular"
_BEYOND_NOON: Changes = (("gamma", 1.0),)


@dataclass(frozen=True)
class Design:
    """Everything that decides what the study computes."""

    nights: tuple[date, ...]
    choosing: tuple[date, ...]
    """Nights on which alpha and the rule's quantiles are chosen."""
    seeds: int
    steps: int
    """Environment steps of each seed."""
    learned_nights: tuple[int, int]
    """How many to learn from, and to choose by."""
    belief: str
    """Forecaster of the forecast layer."""
    beliefs: tuple[str, ...]
    """That MPC is given, to see what they are worth."""
    differences: tuple[float, ...]
    """Prices of the peak-valley difference at which every layer optimises."""
    ceiling: tuple[float, ...]
    """Further ones, of the exact front."""
    alphas: tuple[float, ...]
    levels: tuple[tuple[float, float], ...]
    """Quantiles of the forecast rule."""
    counts: tuple[int, ...]
    """Other sizes of the fleet."""
    budget: tuple[int, int]
    """Candidates and rounds of a search, a night."""
    asked: int
    """Nights on which inputs are misread."""
    quick: bool = False
    """Whether little of everything shows that it works."""

    def fits(self) -> set[tuple[str, date]]:
        """Return which forecasters are fitted, each with the first day of the month that it forecasts."""
        learned, chosen = self.learned_nights
        seen = (*self.choosing, *days_of("training", learned), *days_of("validation", chosen))
        asked = [(self.belief, day) for day in seen]
        asked += [(each, day) for each in (self.belief, *self.beliefs) for day in self.nights]
        return {(name, day.replace(day=1)) for name, day in asked if name in forecaster_names()}

    @property
    def operator(self) -> Game:
        return Game(self.belief)

    def places(self, kind: type[Place] = Place) -> list[Place]:
        """Return the fleet under every price of the difference, the usual one first."""
        others = (kind(weights=weighing(each)) for each in self.differences)
        return list(dict.fromkeys((kind(), *others)))

    def rules(self, place: Place, nights: tuple[date, ...]) -> list[Baseline]:
        """Return the forecast rule at every pair of quantiles."""
        return [Baseline(place, RULE, nights, self.belief, levels=each) for each in self.levels]

    def games(self, place: Place, nights: tuple[date, ...]) -> list[Baseline]:
        """Return the paper's game at every alpha; no price of the difference enters it."""
        return [Baseline(place, GAME, nights, self.belief, alpha=each) for each in self.alphas]

    def planner(self, place: Place, belief: str | None = None) -> Baseline:
        """Return model predictive control on the test nights."""
        return Baseline(place, MPC, self.nights, belief or self.belief)

    def searches(self) -> list[Baseline]:
        return [Baseline(HOME, name, self.nights, self.belief, budget=self.budget) for name in SEARCHES]

    def baselines(self) -> list[Baseline]:
        """Return everything to judge that does not learn."""
        roles = (self.nights, self.choosing)
        ends = [Baseline(HOME, name, nights) for nights in roles for name in (IDLE, BOUND)]
        bounds = [
            Baseline(Place(weights=weighing(each)), BOUND, self.nights)
            for each in (*self.differences, *self.ceiling)
        ]
        single = [
            baseline
            for nights in roles
            for baseline in (*self.rules(HOME, nights), *self.games(HOME, nights))
        ]
        planned = [self.planner(place) for place in (*self.places(), *self.places(PublishedPlace), AGELESS)]
        believing = [self.planner(HOME, each) for each in self.beliefs]
        ageless = Baseline(AGELESS, BOUND, self.nights)
        sizes = [
            baseline
            for place in self.sizes()
            for baseline in (
                *(Baseline(place, name, self.nights) for name in (IDLE, BOUND)),
                self.planner(place),
            )
        ]
        return [*ends, *bounds, *single, *planned, *believing, ageless, *sizes, *self.searches()]

    def sizes(self) -> list[Place]:
        return [Place(count) for count in self.counts]

    def training(
        self, label: str, algorithm: str, place: Place, kind: Kind, game: Game, changes: Changes = ()
    ) -> FleetTraining:
        seeds, nights = tuple(range(self.seeds)), self.learned_nights
        return FleetTraining(
            label=label,
            algorithm=algorithm,
            place=place,
            kind=kind,
            game=game,
            changes=changes,
            seeds=seeds,
            steps=self.steps,
            days=nights,
        )

    def fused(self, place: Place = HOME) -> FleetTraining:
        """Return forecast, operator's price and learned control together."""
        return self.training("fused", _GRADIENT, place, "fused", self.operator)

    def alone(self, place: Place = HOME) -> FleetTraining:
        return self.training("control alone", _GRADIENT, place, "alone", self.operator)

    def informed(self, place: Place = HOME) -> FleetTraining:
        """Return learned control that sees forecasts."""
        return self.training("control and forecast", _GRADIENT, place, "forecast", self.operator)

    def others(self, alpha: float) -> list[FleetTraining]:
        """Return what else learns under the usual weights."""
        printed = Game(self.belief, alpha)
        fused = self.training("fused with the paper's price", _GRADIENT, HOME, "fused", printed)
        if self.quick:
            return [fused]
        return [
            fused,
            self.training("MADRL (MAPPO)", _ACTORS, HOME, "alone", self.operator, _BEYOND_NOON),
            self.training("Q-table alone", _TABLES, HOME, "alone", self.operator, _BEYOND_NOON),
            self.training("Q-table, fused", _TABLES, HOME, "fused", printed, _BEYOND_NOON),
        ]

    def trainings(self, alpha: float) -> list[FleetTraining]:
        """Return all that learns; the usual weights first."""
        layers = [make(place) for place in self.places() for make in (self.fused, self.informed, self.alone)]
        published = [self.fused(place) for place in self.places(PublishedPlace)]
        return [*layers, *published, *self.others(alpha)]

    def close_look(self, alpha: float) -> CloseLook:
        return CloseLook(self.fused(), Game(self.belief, alpha), self.nights[: self.asked])

    def evaluations(self, alpha: float) -> list[FleetEvaluation]:
        """Return every training with every place that it is judged at, the longest training first.

        Half of all training is MAPPO's: begun last it would keep one process busy and the others idle.
        """
        trainings = sorted(self.trainings(alpha), key=lambda training: training.algorithm != _ACTORS)
        at_home = [FleetEvaluation(training, self.nights, training.place) for training in trainings]
        carried = [FleetEvaluation(self.fused(), self.nights, place) for place in self.sizes()]
        return [*at_home, *carried]


def full_design() -> Design:
    return Design(
        nights=days_of("test", 24),
        choosing=days_of("validation", 12),
        seeds=5,
        steps=60_000,
        learned_nights=(48, 12),
        belief="lear-hourly",
        beliefs=(USUAL, "naive-day", "transformer", "boosting-l1", "lear", "lear-hourly", PERFECT),
        differences=(0.0, 0.1, 0.3, 1.0),
        ceiling=(0.03, 0.06, 0.2, 0.5, 3.0),
        alphas=(0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0),
        levels=((0.2, 0.8), (0.4, 0.7), (0.5, 0.5)),
        counts=(25, 50, 200, 400),
        budget=(50, 100),
        asked=12,
    )


def quick_design() -> Design:
    """Return a study that shows in minutes that everything works, and nothing about who is better."""
    return Design(
        nights=days_of("test", 2),
        choosing=days_of("validation", 1),
        seeds=1,
        steps=3_072,
        learned_nights=(4, 1),
        belief="lear",
        beliefs=(USUAL, PERFECT),
        differences=(0.3,),
        ceiling=(0.0, 1.0),
        alphas=(0.0, 0.4, 1.0),
        levels=((0.4, 0.7),),
        counts=(25,),
        budget=(10, 3),
        asked=2,
        quick=True,
    )
