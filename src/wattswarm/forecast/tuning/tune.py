"""One way to tune anything by any search, at budgets that compare: trainings, and processor seconds."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from wattswarm.data import Floats
from wattswarm.errors import InputError
from wattswarm.forecast.tuning.space import Settings, Space
from wattswarm.forecast.tuning.trials import Trial, Trials
from wattswarm.registry import Catalogue, Entry
from wattswarm.search import Budget, Search


class Objective(Protocol):
    """Trains candidates and returns the error of each; lower is better."""

    def __call__(self, candidates: Sequence[Settings]) -> Iterator[Mapping[int, float]]:
        """Yield, as soon as candidates that are trained together are done, the value of each by its place.

        Returns:
            Every place from 0 to the number of candidates exactly once; NaN counts as the worst.
        """
        ...


@dataclass(frozen=True)
class Allowance:
    """What a tuning may spend; every search spends the same."""

    trainings: int = 60
    """Candidates trained in all."""
    together: int = 10
    """Candidates that a search proposes at a time."""
    seconds: float | None = None
    """Processor time after which no further training begins [s]; None without limit."""

    def __post_init__(self) -> None:
        """Refuse what no search can work with."""
        if self.together < 4 or self.trainings < self.together or (self.seconds or 1.0) <= 0.0:
            raise InputError(
                "not enough trainings to tune with",
                where="trainings, together, seconds",
                found=f"{self.trainings}, {self.together}, {self.seconds}",
                expected="4 or more together, no fewer trainings than that, and seconds above 0",
            )


@dataclass(frozen=True)
class Tuning:
    """What a tuning found."""

    method: str
    """Name of the search."""
    trials: tuple[Trial, ...]
    """In the order in which they were asked for."""

    @property
    def best(self) -> Trial:
        """The trial of the lowest value, the first of several."""
        return min(self.trials, key=lambda trial: trial.value)

    @property
    def history(self) -> Floats:
        """Lowest value so far after each training, shape [trial]."""
        return np.minimum.accumulate(np.array([trial.value for trial in self.trials], np.float64))


@dataclass(frozen=True)
class SearchEntry(Entry):
    """A search on offer, a class that needs nothing to be made."""

    scorings: int = 1
    """How many times it scores all its members in a round."""


_SEARCHES = Catalogue(
    "search",
    "wattswarm.searches",
    SearchEntry,
    {
        "pelican": SearchEntry("wattswarm.search:Pelican", "The pelican optimiser as mended.", 2),
        "pelican-printed": SearchEntry("wattswarm.search:PrintedPelican", "The same as printed in 001.", 2),
        "random": SearchEntry("wattswarm.search:Chance", "Every candidate drawn anew."),
        "tpe": SearchEntry("wattswarm.search.tpe:Tpe", "The tree-structured Parzen estimator."),
    },
    where="method",
)


def method_names() -> tuple[str, ...]:
    """Return the names of all searches that tune."""
    return tuple(_SEARCHES)


def tune(
    objective: Objective,
    space: Space,
    *,
    method: str = "tpe",
    allowance: Allowance | None = None,
    seed: int = 0,
    path: Path | None = None,
    about: Mapping[str, Any] | None = None,
    progress: Callable[[Trial], None] | None = None,
    clock: Callable[[], float] = time.process_time,
) -> Tuning:
    """Look for the settings of the lowest value.

    The pelican scores each member twice in a round: these are two trainings, and both are counted. A tuning
    that was stopped is played again from its file without training anything twice, and goes on.

    Args:
        method: one of `method_names()`.
        allowance: what may be spent; the usual one without.
        seed: of every draw of the search.
        path: file of the trials, one line each; None for none.
        about: further JSON values that must be the same to go on from that file.
        progress: told of every new trial.
        clock: processor time [s].

    Returns:
        All trials; fewer than the trainings where the seconds were spent before.

    Raises:
        InputError: no such method, the file is of another tuning, or no training gave a finite error.
    """
    allowance = allowance or Allowance()
    entry = _SEARCHES[method]
    search: Search = entry.load()()
    head = {
        "method": method,
        "seed": seed,
        "trainings": allowance.trainings,
        "together": allowance.together,
        "space": space.as_json(),
        **(about or {}),
    }
    trials = Trials(path, head)
    judge = _Judge(objective, space, allowance, trials, progress or (lambda _: None), clock)
    with suppress(_Spent):
        search.minimise(
            judge, space.dimension, np.random.default_rng(seed), _budget(allowance, entry.scorings)
        )
    tuning = Tuning(method, trials.all)
    if not math.isfinite(tuning.best.value):
        raise InputError(
            "no training gave a finite error",
            where=method,
            found=f"{len(tuning.trials)} trials",
            expected="one or more with a finite validation error",
            mend="check the series and the ranges of the settings",
        )
    return tuning


def one_by_one(score: Callable[[Settings], float]) -> Objective:
    """Return the objective that trains one candidate after the other."""

    def judge(candidates: Sequence[Settings]) -> Iterator[Mapping[int, float]]:
        for at, settings in enumerate(candidates):
            yield {at: score(settings)}

    return judge


class _Spent(Exception):
    """Nothing is left of the allowance."""


class _Judge:
    """Scores populations by training, or by what the file already holds of the same trainings."""

    def __init__(
        self,
        objective: Objective,
        space: Space,
        allowance: Allowance,
        trials: Trials,
        progress: Callable[[Trial], None],
        clock: Callable[[], float],
    ) -> None:
        self._objective, self._space, self._allowance = objective, space, allowance
        self._trials, self._progress, self._clock = trials, progress, clock
        self._asked = 0

    def __call__(self, population: Floats) -> Floats:
        """Return the value of each candidate, shape [individual]; raise `_Spent` if not all can be paid."""
        paid = min(len(population), self._allowance.trainings - self._asked)
        numbers = range(self._asked, self._asked + paid)
        candidates = dict(zip(numbers, map(self._space.decode, population[:paid]), strict=True))
        self._check_known(candidates)
        self._train({number: each for number, each in candidates.items() if number not in self._trials})
        self._asked += paid
        if paid < len(population):
            raise _Spent
        return np.array([self._trials[number].value for number in numbers], np.float64)

    def _train(self, missing: Mapping[int, Settings]) -> None:
        """Train what the file does not know, as long as there is time."""
        numbers, begin = list(missing), self._clock()
        self._check_time(missing)
        for values in self._objective(list(missing.values())):
            share = (self._clock() - begin) / len(values)
            for at, value in values.items():
                whole = value if math.isfinite(value) else math.inf
                trial = Trial(numbers[at], missing[numbers[at]], whole, share)
                self._trials.add(trial)
                self._progress(trial)
            self._check_time([number for number in numbers if number not in self._trials])
            begin = self._clock()

    def _check_time(self, missing: Collection[int]) -> None:
        """Raise `_Spent` if trainings are missing and no time is left for them."""
        limit = self._allowance.seconds
        if missing and limit is not None and self._trials.seconds >= limit:
            raise _Spent

    def _check_known(self, candidates: Mapping[int, Settings]) -> None:
        for number, settings in candidates.items():
            if number in self._trials and dict(self._trials[number].settings) != dict(settings):
                raise InputError(
                    "the trials in the file are not those that this search asks for",
                    where=f"trial {number}",
                    found=dict(self._trials[number].settings),
                    expected=str(dict(settings)),
                    mend="remove the file to begin anew; another version of a library may draw differently",
                )


def _budget(allowance: Allowance, scorings: int) -> Budget:
    """Return rounds enough to spend every training; a search that scores twice has scored once before."""
    members = allowance.together
    rounds = math.ceil((allowance.trainings + (scorings - 1) * members) / (scorings * members))
    return Budget(scorings * members, rounds)
