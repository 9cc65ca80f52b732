"""Beliefs about prices: the truth, the truth with noise of a stated size, and refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.forecast.record import Record
from wattswarm.forecast.tuning import Trial, Tuning
from wattswarm.market import Regime
from wattswarm.outlook import beliefs_of
from wattswarm.papers.p001_station.problem.beliefs import PERFECT, Noise, PriceModels
from wattswarm.papers.p001_station.problem.places import Place, exchange
from wattswarm.world import Scenario

BLIND = Place(regime=Regime.RT)


@pytest.fixture(scope="module")
def models() -> PriceModels:
    return PriceModels(exchange(None))


@pytest.fixture(scope="module")
def day(models: PriceModels) -> Scenario:
    return BLIND.day(date(2025, 7, 3), models.prices)


def test_the_perfect_belief_is_what_comes(models: PriceModels, day: Scenario) -> None:
    seen = models.believing(day, PERFECT)
    assert beliefs_of(seen).prices is not None
    np.testing.assert_array_equal(beliefs_of(seen).prices[10, :20], day.market[11:31])


@pytest.mark.parametrize("together", [False, True])
def test_noise_has_the_size_it_states_at_every_lead(
    models: PriceModels, day: Scenario, together: bool
) -> None:
    told = beliefs_of(models.believing(day, Noise(0.2, together))).prices
    truth = beliefs_of(models.believing(day, PERFECT)).prices
    assert told is not None
    assert truth is not None
    errors = told / truth - 1.0
    assert errors.std() == pytest.approx(0.2, rel=0.05)
    assert errors.std(axis=0) == pytest.approx(0.2, rel=0.35)
    neighbours = np.corrcoef(errors[:, :-1].ravel(), errors[:, 1:].ravel())[0, 1]
    assert neighbours == pytest.approx(0.97 if together else 0.0, abs=0.03)


def test_noise_repeats_by_its_seed_and_never_turns_a_price_negative(
    models: PriceModels, day: Scenario
) -> None:
    once, again, other = (
        beliefs_of(models.believing(day, noise)).prices
        for noise in (Noise(0.9, False), Noise(0.9, False), Noise(0.9, False, seed=1))
    )
    assert once is not None
    assert again is not None
    assert other is not None
    np.testing.assert_array_equal(once, again)
    assert not np.array_equal(once, other)
    assert once.min() >= 0.0


def test_a_model_forecasts_from_the_first_price_that_is_not_known(models: PriceModels, day: Scenario) -> None:
    seen = models.believing(day, "persistence")
    assert beliefs_of(seen).prices is not None
    np.testing.assert_allclose(beliefs_of(seen).prices[:, 0], day.market)


def test_training_days_are_forecast_by_models_that_did_not_see_them(models: PriceModels) -> None:
    asked: list[tuple[date, date]] = []

    class Spy(PriceModels):
        def fit(self, name: str, first: date, end: date) -> object:  # type: ignore[override]  # no model is used
            asked.append((first, end))
            return name

    spy = Spy(models.prices)
    for day in (date(2024, 3, 1), date(2024, 12, 1), date(2025, 5, 1), date(2025, 12, 1)):
        spy.model("boosting", day)
        first, end = asked[-1]
        assert not first <= day < end


def test_the_pelican_tunes_on_the_training_span_alone(
    models: PriceModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[np.datetime64] = []
    small = {"units": 8, "look_back": 8, "layers": 1}

    def tune(name: str, record: Record, *_: object, **told: object) -> Tuning:
        assert (name, told["method"]) == ("bilstm", "pelican")
        ends.append(record.target.end)
        return Tuning("pelican", (Trial(0, small, 1.0, 0.0), Trial(1, {"units": 16}, 2.0, 0.0)))

    monkeypatch.setattr("wattswarm.papers.p001_station.problem.beliefs.tune_forecaster", tune)
    assert PriceModels(models.prices).tuned == small
    assert ends == [np.datetime64("2025-03-31T18:30:00")]  # midnight in India


def test_a_belief_that_is_none_is_refused(models: PriceModels, day: Scenario) -> None:
    with pytest.raises(InputError, match="no such belief"):
        models.believing(replace(day), "prophet")
