"""Networks as forecasters: nothing leaks, a sine is learned, files and populations give the same answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.forecast.conftest import assert_no_leak, hourly, with_columns

from wattswarm.data.series import Series
from wattswarm.errors import InputError
from wattswarm.forecast.ask import Ask, day_ahead, one_step
from wattswarm.forecast.files import load_model, save_model
from wattswarm.forecast.neural import Neural
from wattswarm.forecast.neural.networks import Kind
from wattswarm.forecast.neural.population import fit_population
from wattswarm.forecast.record import Record

KINDS: tuple[Kind, ...] = ("mlp", "lstm", "bilstm", "transformer")


def small(kind: Kind, **changes: object) -> Neural:
    usual = Neural(kind, units=8, look_back=6, epochs=1, batch=64)
    return replace(usual, **changes)  # type: ignore[arg-type]


def sine(days: int = 40) -> Record:
    times = np.datetime64("2025-01-01T00:00:00") + np.arange(days * 24) * np.timedelta64(3600, "s")
    values = 5.0 + np.sin(np.arange(days * 24) * 2 * np.pi / 17)
    return Record(Series("price", "EUR/kWh", times, values, 3600, "UTC"))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_is_unknown_at_an_origin_changes_a_forecast(kind: Kind) -> None:
    assert_no_leak(small(kind), with_columns(hourly(30)), one_step())


def test_nothing_leaks_into_a_day_ahead_either() -> None:
    record = with_columns(hourly(60))
    assert_no_leak(small("bilstm", batch=8), record, day_ahead(record))


@pytest.mark.parametrize("kind", ["mlp", "lstm"])
def test_a_noiseless_sine_is_learned_with_eight_units(kind: Kind) -> None:
    record = sine()
    model = small(kind, look_back=8, epochs=40, rate=0.02, dropout=0.0, patience=40).fit(
        record.until(720), one_step()
    )
    origins = one_step().origins(record, 720)
    truth = record.target.values[origins]
    missed = model.predict(record, origins).mean[:, 0] - truth
    persisted = record.target.values[origins - 1] - truth
    assert np.sqrt(np.mean(missed**2)) < 0.1 * np.sqrt(np.mean(persisted**2))


def test_scalers_see_nothing_of_the_part_that_stops_the_training_or_of_the_test() -> None:
    record = hourly(40)
    values = record.target.values.copy()
    values[-96:] *= 100.0
    spiked = Record(replace(record.target, values=values))
    calm, wild = (small("mlp").fit(each, one_step()) for each in (record, spiked))
    np.testing.assert_array_equal(calm.scaler.centre, wild.scaler.centre)
    np.testing.assert_array_equal(calm.scaler.spread, wild.scaler.spread)
    assert calm.scaler.error == wild.scaler.error
    assert calm.validation != wild.validation


def test_four_trained_together_are_the_four_trained_alone() -> None:
    record, ask = hourly(30), one_step()
    settings = [
        small("lstm", rate=rate, dropout=drop) for rate, drop in ((1e-3, 0), (1e-2, 0.3), (3e-3, 0.1))
    ]
    settings.append(small("mlp"))
    together = fit_population(settings, record, ask, [1, 2, 3, 4])
    origins = ask.origins(record, 600)
    for at, (each, model) in enumerate(zip(settings, together, strict=True)):
        alone = each.fit(record, ask, seed=at + 1)
        assert model.settings == each
        np.testing.assert_allclose(
            model.predict(record, origins).mean, alone.predict(record, origins).mean, rtol=1e-4, atol=1e-4
        )


def test_several_trainings_forecast_by_their_mean() -> None:
    record, ask = hourly(30), one_step()
    pair = small("mlp", trained=2).fit(record, ask, seed=5)
    singles = [small("mlp").fit(record, ask, seed=seed) for seed in (10, 11)]
    origins = ask.origins(record, 600)
    mean = np.mean([each.predict(record, origins).mean for each in singles], axis=0)
    np.testing.assert_allclose(pair.predict(record, origins).mean, mean, rtol=1e-5)


def test_the_same_seed_gives_the_same_model_and_another_seed_another() -> None:
    record, ask = hourly(30), one_step()
    first, same, other = (small("mlp").fit(record, ask, seed=seed).validation for seed in (1, 1, 2))
    assert first == same
    assert first != other


def test_quantiles_never_cross_and_answers_start_at_their_anchor() -> None:
    record, ask = hourly(30), one_step()
    origins = ask.origins(record, 600)
    told = small("mlp", epochs=2).fit(record, ask).predict(record, origins)
    assert told.quantiles is not None
    assert (np.diff(told.quantiles, axis=-1) >= 0).all()
    still = small("mlp", rate=0.0).fit(record, ask).predict(record, origins)
    last = record.target.values[origins - 1]
    assert np.sqrt(np.mean((still.mean[:, 0] - last) ** 2)) < 0.3 * np.std(last)


@pytest.mark.parametrize("kind", ["bilstm", "transformer"])
def test_a_model_comes_back_from_its_file(kind: Kind, tmp_path: Path) -> None:
    record, ask = with_columns(hourly(30)), one_step()
    model = small(kind).fit(record, ask)
    save_model(tmp_path / "net.model", model, record, ask)
    back = load_model(tmp_path / "net.model").model
    origins = ask.origins(record, 600)
    np.testing.assert_array_equal(model.predict(record, origins).mean, back.predict(record, origins).mean)
    assert "load (afterwards, 6 late)" in model.to_state().features


def test_a_forecast_does_not_depend_on_how_many_are_asked_for_at_once() -> None:
    record, ask = hourly(40), one_step()
    model = small("mlp").fit(record.until(400), ask)
    origins = ask.origins(record, 600)
    many, few = model.predict(record, origins), model.predict(record, origins[:3])
    np.testing.assert_allclose(many.mean[:3], few.mean, rtol=1e-6)
    assert model.predict(record, origins[:0]).mean.shape == (0, 1)


def test_other_columns_than_those_of_the_training_are_refused() -> None:
    record = with_columns(hourly(30))
    model = small("mlp").fit(record, one_step())
    with pytest.raises(InputError, match="columns are not those the model was trained on"):
        model.predict(replace(record, covariates=record.covariates[:1]), np.asarray([500]))


def test_a_record_with_no_room_to_stop_by_is_refused() -> None:
    record = hourly(9)
    with pytest.raises(InputError, match="too short"):
        small("mlp", look_back=100).fit(record, Ask("a day", 24))
