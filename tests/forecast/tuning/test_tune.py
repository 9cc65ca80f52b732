"""Every search spends the same, is stopped and goes on without training anything twice (models 13.14)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.forecast.tuning.space import Choice, Integer, Real, Settings, Space
from wattswarm.forecast.tuning.trials import Trial
from wattswarm.forecast.tuning.tune import Allowance, Tuning, method_names, one_by_one, tune

SPACE = Space(
    {"rate": Real(1e-4, 1e-2, log=True), "units": Integer(8, 64), "cell": Choice(("plain", "gated"))}
)
SMALL = Allowance(trainings=23, together=4)


def score(settings: Settings) -> float:
    """An error that is least at a rate of 1e-3, 24 units and gates."""
    rate, units = float(settings["rate"]), float(settings["units"])
    return np.log10(rate / 1e-3) ** 2 + ((units - 24) / 56) ** 2 + 0.1 * (settings["cell"] == "plain")


class Counted:
    """An objective that remembers what it trained, in groups of three, the last group first."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.trained: list[Settings] = []
        self._stop_after = stop_after

    def __call__(self, candidates: Sequence[Settings]) -> Iterator[Mapping[int, float]]:
        places = list(range(len(candidates)))[::-1]
        for first in range(0, len(places), 3):
            if self._stop_after is not None and len(self.trained) >= self._stop_after:
                raise KeyboardInterrupt
            group = places[first : first + 3]
            self.trained += [candidates[at] for at in group]
            yield {at: score(candidates[at]) for at in group}


@pytest.mark.parametrize("method", method_names())
def test_every_method_spends_exactly_the_trainings_it_is_given_and_repeats_itself(method: str) -> None:
    objective = Counted()
    told: list[Trial] = []
    tuning = tune(objective, SPACE, method=method, allowance=SMALL, seed=1, progress=told.append)
    again = tune(one_by_one(score), SPACE, method=method, allowance=SMALL, seed=1)
    other = tune(one_by_one(score), SPACE, method=method, allowance=SMALL, seed=2)
    assert len(objective.trained) == len(tuning.trials) == len(told) == 23
    assert [trial.number for trial in tuning.trials] == list(range(23))
    assert [trial.settings for trial in tuning.trials] == [trial.settings for trial in again.trials]
    assert [trial.settings for trial in tuning.trials] != [trial.settings for trial in other.trials]
    assert tuning.best.value == min(score(settings) for settings in objective.trained) == tuning.history[-1]
    assert (np.diff(tuning.history) <= 0).all()


def test_a_pelican_trains_each_member_twice_a_round_and_both_count() -> None:
    batches: list[int] = []

    def objective(candidates: Sequence[Settings]) -> Iterator[Mapping[int, float]]:
        batches.append(len(candidates))
        yield {at: score(each) for at, each in enumerate(candidates)}

    tune(objective, SPACE, method="pelican", allowance=Allowance(trainings=36, together=4))
    assert batches == [4] + [4, 4] * 4


def mean_value(method: str, centre: float) -> float:
    """Return the mean logarithm of what ten tunings of 240 trainings find of a sphere."""
    space = Space({f"x{at}": Real(0.0, 1.0) for at in range(4)})

    def sphere(settings: Settings) -> float:
        return sum((float(value) - centre) ** 2 for value in settings.values())

    allowance = Allowance(trainings=240, together=8)
    found = [
        tune(one_by_one(sphere), space, method=method, allowance=allowance, seed=seed).best.value
        for seed in range(10)
    ]
    return float(np.log10(np.maximum(found, 1e-12)).mean())


def test_the_printed_pelican_misses_a_sphere_shifted_away_from_zero() -> None:
    """Its steps are shares of coordinates that begin at 0; those of the corrected one begin at 1."""
    assert mean_value("pelican-printed", 0.3) < mean_value("pelican-printed", 0.9) - 0.8
    assert abs(mean_value("pelican", 0.3) - mean_value("pelican", 0.9)) < 0.6


def test_even_the_corrected_pelican_is_flattered_by_settings_that_are_best_at_their_least() -> None:
    """A flight past twice the place ends below the box and is put on its border: the least of a range."""
    assert mean_value("pelican", 0.0) < mean_value("pelican", 0.5) - 5


def test_the_corrected_pelican_beats_chance_and_the_printed_one_at_the_same_number_of_trainings() -> None:
    assert mean_value("pelican", 0.7) < mean_value("random", 0.7) - 0.5
    assert mean_value("pelican", 0.7) < mean_value("pelican-printed", 0.7) - 0.5


@pytest.mark.parametrize("method", ["pelican", "tpe"])
def test_a_tuning_that_was_stopped_goes_on_without_training_anything_twice(
    tmp_path: Path, method: str
) -> None:
    whole = tune(one_by_one(score), SPACE, method=method, allowance=SMALL, seed=3)
    path, first, second = tmp_path / "deep" / "trials.jsonl", Counted(stop_after=9), Counted()
    with pytest.raises(KeyboardInterrupt):
        tune(first, SPACE, method=method, allowance=SMALL, seed=3, path=path)
    with path.open("ab") as file:
        file.write(b'{"number": 5, "settings": {"ra')
    tuning = tune(second, SPACE, method=method, allowance=SMALL, seed=3, path=path)
    assert len(first.trained) + len(second.trained) == 23
    assert [each.settings for each in tuning.trials] == [each.settings for each in whole.trials]
    assert [each.value for each in tuning.trials] == [each.value for each in whole.trials]
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert sorted(line["number"] for line in lines[1:]) == list(range(23))


def test_the_time_of_earlier_sittings_counts_and_more_of_it_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "trials.jsonl"

    def run(seconds: float) -> Tuning:
        ticks = count()
        allowance = Allowance(trainings=23, together=4, seconds=seconds)
        clock: Callable[[], float] = lambda: float(next(ticks))  # noqa: E731
        return tune(one_by_one(score), SPACE, method="random", allowance=allowance, path=path, clock=clock)

    assert len(run(6.0).trials) == 6
    assert len(run(6.0).trials) == 6
    assert len(run(9.0).trials) == 9
    assert len(run(99.0).trials) == 23


def test_a_training_that_fails_is_the_worst_and_stays_so_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "trials.jsonl"

    def objective(settings: Settings) -> float:
        return float("nan") if settings["cell"] == "gated" else score(settings)

    first, second = (
        tune(one_by_one(objective), SPACE, method="tpe", allowance=SMALL, path=path) for _ in range(2)
    )
    assert first.best.settings["cell"] == "plain"
    assert first == second
    assert any(trial.value == float("inf") for trial in second.trials)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"seed": 4}, "seed"),
        ({"method": "random"}, "method"),
        ({"allowance": Allowance(trainings=24, together=4)}, "trainings"),
        ({"space": Space({**SPACE.axes, "units": Integer(8, 65)})}, "space"),
        ({"about": {"series": "another"}}, "series"),
    ],
)
def test_the_file_of_another_tuning_is_refused_by_the_field_that_differs(
    tmp_path: Path, changes: dict[str, object], field: str
) -> None:
    usual = {"space": SPACE, "method": "pelican", "allowance": SMALL, "seed": 3, "about": {"series": "one"}}
    path = tmp_path / "trials.jsonl"
    tune(one_by_one(score), **usual, path=path)
    before = path.read_bytes()
    with pytest.raises(InputError, match=f"line 1, {field}"):
        tune(one_by_one(score), **{**usual, **changes}, path=path)
    assert path.read_bytes() == before


def test_a_line_that_is_no_trial_or_of_other_settings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "trials.jsonl"
    tune(one_by_one(score), SPACE, allowance=SMALL, path=path)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:3], "{}", *lines[4:], ""]))
    with pytest.raises(InputError, match=r"line 4.*not a trial"):
        tune(one_by_one(score), SPACE, allowance=SMALL, path=path)
    changed = json.loads(lines[3])
    changed["settings"]["units"] = 9
    path.write_text("\n".join([*lines[:3], json.dumps(changed), *lines[4:], ""]))
    with pytest.raises(InputError, match=r"trial 2.*not those"):
        tune(one_by_one(score), SPACE, allowance=SMALL, path=path)


def test_mistakes_are_told_before_anything_is_trained(tmp_path: Path) -> None:
    def never(_: Sequence[Settings]) -> Iterator[Mapping[int, float]]:
        raise AssertionError

    with pytest.raises(InputError, match="did you mean pelican"):
        tune(never, SPACE, method="pelicans")
    with pytest.raises(InputError, match="not enough trainings"):
        Allowance(trainings=3, together=4)
    with pytest.raises(InputError, match="cannot be saved"):
        tune(never, SPACE, path=tmp_path)


def test_a_tuning_without_any_number_is_an_error() -> None:
    with pytest.raises(InputError, match="no training gave a finite error"):
        tune(one_by_one(lambda _: float("nan")), SPACE, method="pelican", allowance=SMALL)
