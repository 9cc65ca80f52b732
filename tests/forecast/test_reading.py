"""A file becomes a record: columns on the grid of the series, and one clear error for what is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from wattswarm.errors import InputError
from wattswarm.forecast.reading import read_record


def _file(folder: Path, **columns: list[object]) -> Path:
    count = len(next(iter(columns.values())))
    times = [f"2024-01-{1 + at // 24:02d}T{at % 24:02d}:00:00Z" for at in range(count)]
    path = folder / "prices.csv"
    pl.DataFrame({"time_start": times, **columns}, strict=False).write_csv(path)
    return path


PRICES: list[object] = [10.0 + at % 5 for at in range(48)]


def test_columns_beside_lie_on_the_grid_of_the_series_whatever_the_order_of_rows(tmp_path: Path) -> None:
    load: list[object] = [float(at) for at in range(48)]
    load[3] = None
    path = _file(tmp_path, price_eur_per_mwh=PRICES, demand=load)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")
    record = read_record(path, covariates={"demand": "afterwards"}, late_h=1.5)
    np.testing.assert_allclose(record.target.values, np.asarray(PRICES, np.float64) / 1000)
    (column,) = record.covariates
    assert (column.known, column.late) == ("afterwards", 2)
    assert np.isnan(column.values[3])
    np.testing.assert_array_equal(np.delete(column.values, 3), np.delete(np.arange(48.0), 3))


def test_what_is_known_beforehand_is_never_late(tmp_path: Path) -> None:
    path = _file(tmp_path, price_eur_per_mwh=PRICES, wind=PRICES)
    (column,) = read_record(path, covariates={"wind": "beforehand"}, late_h=12.0).covariates
    assert column.late == 0


@pytest.mark.parametrize(
    ("columns", "covariates", "message"),
    [
        ({"price_eur_per_mwh": [5.0] * 48}, None, "never changes"),
        ({"price_eur_per_mwh": PRICES}, "wind", "no such column"),
        ({"price_eur_per_mwh": PRICES, "wind": [*PRICES[:-1], "calm"]}, "wind", "row 49"),
        ({"price_eur_per_mwh": PRICES, "wind": [None] * 48}, "wind", "has no numbers"),
        ({"price_eur_per_mwh": PRICES}, "price_eur_per_mwh", "the series itself"),
        ({"price_eur_per_mwh": [*PRICES[:9], None, *PRICES[10:]]}, None, "row 11"),
        ({"price": PRICES}, None, "unit"),
        ({"price_eur_per_kwh": [50.0 + at % 5 for at in range(48)]}, None, "per MWh"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(
    tmp_path: Path, columns: dict[str, list[object]], covariates: str | None, message: str
) -> None:
    path = _file(tmp_path, **columns)
    with pytest.raises(InputError, match=message):
        read_record(path, covariates={covariates: "beforehand"} if covariates else None)


def test_real_files_become_records(real_data: Path) -> None:
    iex = read_record(
        real_data / "iex_dam_15min_2024_2025.parquet", covariates={"sell_bid_mw": "afterwards"}, late_h=12.0
    )
    assert (iex.target.unit, iex.day, iex.steps) == ("INR/kWh", 96, 731 * 96)
    assert iex.covariates[0].late == 48
    assert np.isfinite(iex.covariates[0].values).all()
