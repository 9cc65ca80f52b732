"""A training that the pelican tunes first: by validation days, within the ranges, and nothing tried twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wattswarm.forecast.tuning import Real
from wattswarm.papers.p001_station.problem.beliefs import PriceModels
from wattswarm.papers.p001_station.problem.places import Place, exchange
from wattswarm.papers.p001_station.trainings import SPACE, TRIALS, TunedTraining

TRAINING = TunedTraining(
    label="tuned",
    algorithm="mappo",
    place=Place(2),
    changes=(
        *(("recurrent", False), ("gamma", 1.0), ("hidden", 4)),
        *(("environments", 2), ("sequence", 96), ("epochs", 1), ("minibatches", 1)),
    ),
    steps=192,
    days=(2, 1),
    trials=(4, 4),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tuned")


@pytest.fixture(scope="module")
def learner(folder: Path) -> Any:
    return TRAINING.train(PriceModels(exchange(None)), folder).trained.learner


def trials_of(folder: Path) -> list[dict[str, Any]]:
    (path,) = folder.rglob(TRIALS)
    return [json.loads(line) for line in path.read_text().splitlines()[1:]]


def test_it_is_trained_with_the_best_of_what_was_tried(learner: Any, folder: Path) -> None:
    trials = trials_of(folder)
    assert len(trials) == 4
    best = min(trials, key=lambda trial: trial["value"])["settings"]
    for name, axis in SPACE.axes.items():
        assert isinstance(axis, Real)
        assert axis.low <= best[name] <= axis.high
        assert getattr(learner, name) == pytest.approx(best[name])


def test_what_was_tried_is_not_tried_again(learner: Any, folder: Path, monkeypatch: Any) -> None:
    # Nothing may be trained, since there is nothing to train with.
    monkeypatch.setattr("wattswarm.papers.experiment.trainings.train", None)
    again = TRAINING.learner(TRAINING.training_set(PriceModels(exchange(None))), folder)
    assert again.rate == pytest.approx(learner.rate)
