"""A model file gives back the same forecasts, tells what it learned from, and nothing damaged is believed."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.forecast.conftest import assert_no_leak, hourly, with_columns

from wattswarm.errors import InputError
from wattswarm.forecast.ask import day_ahead
from wattswarm.forecast.backtest.conformal import learn_margins, widen
from wattswarm.forecast.files import load_model, packed, save_model
from wattswarm.forecast.models.ensemble import Ensemble
from wattswarm.forecast.record import Record
from wattswarm.forecast.registry import describe, forecaster, forecaster_names, model_class, settings
from wattswarm.runtime import commit

SMALL: dict[str, dict[str, Any]] = {
    "boosting": {"trees": 8, "leaves": 5, "threads": 1, "quantiles": True},
    "boosting-l1": {"trees": 8, "leaves": 5, "threads": 1},
    "lear": {"windows": (21, 28)},
    "lear-hourly": {"windows": (21, 28)},
    "ensemble": {
        "members": ("naive-day", "boosting-l1"),
        "settings": {"boosting-l1": {"trees": 4, "threads": 1}},
    },
}
PLAIN = ("persistence", "naive-day", "naive-week", "weekday-rule", "arima", *SMALL)
"""The networks' files are tested with the networks."""


@pytest.fixture(scope="module")
def record() -> Record:
    return with_columns(hourly(50))


@pytest.mark.parametrize("name", PLAIN)
def test_a_model_read_from_its_file_forecasts_the_same_to_the_bit(
    name: str, record: Record, tmp_path: Path
) -> None:
    ask = day_ahead(record)
    model = forecaster(name, **SMALL.get(name, {})).fit(record.until(45 * 24), ask)
    save_model(tmp_path / "model.safetensors", model, record.until(45 * 24), ask)
    saved = load_model(tmp_path / "model.safetensors")
    assert saved.model.name == name == saved.card["model"]
    origins = ask.origins(record, 45 * 24)
    before, after = model.predict(record, origins), saved.model.predict(record, origins)
    np.testing.assert_array_equal(before.mean, after.mean)
    assert (before.quantiles is None) == (after.quantiles is None)
    if before.quantiles is not None and after.quantiles is not None:
        np.testing.assert_array_equal(before.quantiles, after.quantiles)


@pytest.fixture(scope="module")
def file(record: Record) -> bytes:
    ask = day_ahead(record)
    return packed(forecaster("boosting", **SMALL["boosting"]).fit(record, ask), record, ask)


def test_the_file_tells_what_it_learned_from_and_when_each_feature_is_known(file: bytes) -> None:
    (length,) = struct.unpack("<Q", file[:8])
    card = json.loads(json.loads(file[8 : 8 + length])["__metadata__"]["wattswarm"])
    assert card["series"]["unit"] == "INR/kWh"
    assert card["series"]["start"] == "2024-12-31T18:30:00"
    assert card["series"]["end"] == "2025-02-19T18:30:00"
    assert card["columns"][0] == {"name": "load", "known": "afterwards", "late": 6}
    assert "load, latest 1 (6 steps after the target)" in card["features"]
    assert "sun (beforehand)" in card["features"]
    assert card["versions"]["wattswarm"]
    assert card["ask"] == {"name": "day ahead", "steps": 24, "every": 1, "daily": True}
    assert card["commit"] == commit()


@pytest.mark.parametrize("packed_refs", [False, True])
def test_the_commit_is_that_of_the_checkout_and_none_elsewhere(packed_refs: bool, tmp_path: Path) -> None:
    package, git = tmp_path / "src" / "wattswarm", tmp_path / ".git"
    assert commit(package) is None
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    if packed_refs:
        (git / "packed-refs").write_text("# pack-refs\n1a2b refs/heads/other\n3c4d refs/heads/main\n")
    else:
        (git / "refs" / "heads" / "main").write_text("3c4d\n")
    assert commit(package) == "3c4d"
    (git / "HEAD").write_text("5e6f\n")
    assert commit(package) == "5e6f"


def test_the_margins_of_the_bands_are_kept_and_give_the_same_bands(record: Record, tmp_path: Path) -> None:
    ask, seen = day_ahead(record), record.until(45 * 24)
    model = forecaster("naive-day").fit(seen, ask)
    past = model.predict(seen, ask.origins(seen, 20 * 24))
    margins = learn_margins(seen, past)
    save_model(tmp_path / "model.safetensors", model, seen, ask, margins)
    saved = load_model(tmp_path)
    assert saved.margins is not None
    origins = np.array([record.steps])
    told = saved.model.predict(record, origins)
    bands = widen(record, told, saved.margins).quantiles
    np.testing.assert_array_equal(bands, widen(record, told, margins).quantiles)
    assert saved.ask == ask


@pytest.mark.parametrize("place", [4, 40, 2000, -200])
def test_a_file_with_a_byte_changed_is_refused(place: int, file: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    changed = bytearray(file)
    changed[place] ^= 1
    path.write_bytes(changed)
    with pytest.raises(InputError, match="damaged"):
        load_model(path)


def test_a_half_file_none_and_another_format_are_refused(file: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    with pytest.raises(InputError, match="no such file"):
        load_model(path)
    for content in (b"", file[: len(file) // 2], b"PAR1" * 100):
        path.write_bytes(content)
        with pytest.raises(InputError, match="damaged"):
            load_model(path)


def test_a_record_of_another_kind_is_refused_by_field(record: Record, file: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(file)
    saved = load_model(path)
    saved.refuse_other(record)
    dear = replace(record, target=replace(record.target, unit="EUR/kWh"))
    with pytest.raises(InputError, match=r"price, unit.*\n.*EUR/kWh\n.*INR/kWh"):
        saved.refuse_other(dear)
    with pytest.raises(InputError, match="columns"):
        saved.refuse_other(replace(record, covariates=record.covariates[:1]))


def test_an_ensemble_is_the_mean_of_its_members_and_looks_only_back(record: Record) -> None:
    ask = day_ahead(record)
    both = Ensemble(members=("naive-day", "naive-week"))
    model = assert_no_leak(both, record, ask)
    origins = ask.origins(record, 45 * 24)
    alone = [forecaster(each).fit(record, ask).predict(record, origins).mean for each in both.members]
    np.testing.assert_allclose(model.predict(record, origins).mean, (alone[0] + alone[1]) / 2)
    assert both.reach(record) == 168


def test_an_ensemble_refuses_settings_of_a_stranger() -> None:
    with pytest.raises(InputError, match="not a member"):
        Ensemble(members=("naive-day",), settings={"lear": {}})


def test_every_name_stands_for_a_forecaster_with_settings_a_sentence_and_a_model() -> None:
    for name in forecaster_names():
        assert forecaster(name).name == name
        assert describe(name).endswith(".")
        assert settings(name) is not None
        assert hasattr(model_class(name), "from_state")
    with pytest.raises(InputError, match="did you mean boosting"):
        forecaster("bosting")
