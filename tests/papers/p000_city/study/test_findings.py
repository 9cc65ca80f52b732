"""A year of market prices begins on a Monday by the city's clock, and is whole or refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from wattswarm.errors import InputError
from wattswarm.papers.p000_city.study.design import WHOLESALE
from wattswarm.papers.p000_city.study.findings import wholesale


def _record(folder: Path, last: datetime) -> None:
    times = pl.datetime_range(datetime(2022, 12, 31, tzinfo=UTC), last, "1h", eager=True)
    frame = pl.DataFrame({"time_start": times, "price_eur_per_mwh": [0.1 * at for at in range(len(times))]})
    frame.write_parquet(folder / WHOLESALE)


def test_a_year_begins_at_midnight_of_the_first_monday(tmp_path: Path) -> None:
    _record(tmp_path, datetime(2024, 1, 2, tzinfo=UTC))
    prices = wholesale(tmp_path)
    # 47 hours after the record begins, an hour before midnight UTC of Monday the 2nd, in EUR/kWh.
    assert prices[0] == pytest.approx(0.0047)
    assert len(prices) == 364 * 24


def test_half_a_year_is_refused(tmp_path: Path) -> None:
    _record(tmp_path, datetime(2023, 7, 1, tzinfo=UTC))
    with pytest.raises(InputError, match="every hour of 2023"):
        wholesale(tmp_path)


def test_a_folder_without_the_record_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=WHOLESALE):
        wholesale(tmp_path)
