"""The page on forecasting shows what is there: its example runs, its tables have every model."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.conftest import DOCS

from wattswarm.command.forecast.order import ASKS
from wattswarm.forecast.files import save_model
from wattswarm.forecast.registry import forecaster, forecaster_names

PAGE = (DOCS / "forecasting.md").read_text(encoding="utf-8")


def _section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_the_example_runs_and_tells_which_of_two_models_is_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = np.arange(80 * 24)
    # A slow wave over two weeks: yesterday is nearer than a week ago.
    values = 50 + 20 * np.sin(2 * np.pi * steps / 24) + 20 * np.sin(2 * np.pi * steps / (24 * 14))
    times = np.datetime64("2024-05-01", "s") + steps * np.timedelta64(3600, "s")
    lines = [f"{time}Z,{value:.3f}" for time, value in zip(times, values, strict=True)]
    (tmp_path / "prices.csv").write_text("\n".join(["time_start,price_eur_per_mwh", *lines]))
    monkeypatch.chdir(tmp_path)
    compared, kept = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    space: dict[str, Any] = {"folder": tmp_path}
    exec(compared, space)
    p, effect = map(float, capsys.readouterr().out.split())
    assert p < 0.01
    assert effect < 0.0
    record, ask = space["record"], space["ask"]
    save_model(tmp_path / "model.safetensors", forecaster("naive-day").fit(record, ask), record, ask)
    exec(kept, space)
    np.testing.assert_array_equal(space["tomorrow"].origins, [record.steps - 24])


def test_the_table_has_every_model_of_the_registry_once() -> None:
    named = re.findall(r"^\| `([a-z0-9-]+)` \|", _section("Models"), re.MULTILINE)
    assert sorted(named) == sorted(forecaster_names())


def test_every_question_is_explained() -> None:
    assert re.findall(r"^\| `([a-z][a-z-]+)` \|", _section("What is asked"), re.MULTILINE) == list(ASKS)
