"""A series file is refused by name, row and remedy, and repaired only as far as the caller allows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from wattswarm.data import read_series
from wattswarm.errors import InputError

Write = Callable[..., Path]


def hours(values: dict[int, object], day: str = "2024-05-01") -> list[str]:
    start = np.datetime64(day, "s")
    return [f"{start + np.timedelta64(h, 'h')}Z,{value}" for h, value in values.items()]


def prices(write: Write, values: dict[int, object], column: str = "price_eur_per_mwh") -> Path:
    return write(f"time_start,{column}", *hours(values))


def allow(*names: str) -> frozenset[str]:
    return frozenset(names)


def test_declared_units_become_canonical(write: Write) -> None:
    for column, quantity, expected, unit in (
        ("price_eur_per_mwh", "price", 0.05, "EUR/kWh"),
        ("mcp_inr_per_mwh", "price", 0.05, "INR/kWh"),
        ("tariff_usd_per_kwh", "price", 50.0 / 50, "USD/kWh"),
        ("power_w", "power", 0.05, "kW"),
        ("load_mw", "load", 50_000, "kW"),
        ("moer_g_per_kwh", "intensity", 0.05, "kg/kWh"),
        ("ghi_w_per_m2", "irradiance", 50, "W/m2"),
    ):
        value = 1 if column == "tariff_usd_per_kwh" else 50
        series = read_series(prices(write, {0: value, 1: value}, column), quantity=quantity)  # type: ignore[arg-type]
        assert (series.unit, series.values[0]) == (unit, pytest.approx(expected))


def test_energy_of_an_interval_becomes_its_mean_power(write: Write) -> None:
    path = write("time_start,load_kwh", "2024-05-01T00:00Z,2", "2024-05-01T00:15Z,3")
    np.testing.assert_allclose(read_series(path, quantity="load").values, [8.0, 12.0])


def test_a_column_without_a_unit_is_refused_until_the_unit_is_named(write: Write) -> None:
    path = prices(write, {0: 50, 1: 60}, "price")
    with pytest.raises(InputError, match=r"no column declares the unit(.|\n)*--unit"):
        read_series(path)
    np.testing.assert_allclose(read_series(path, unit="EUR/MWh").values, [0.05, 0.06])


def test_a_unit_against_the_column_s_own_is_refused(write: Write) -> None:
    with pytest.raises(InputError, match="not the one that the column declares"):
        read_series(prices(write, {0: 50, 1: 60}), unit="EUR/kWh", column="price_eur_per_mwh")


def test_an_unknown_unit_is_refused_with_the_known_ones(write: Write) -> None:
    with pytest.raises(InputError, match=r"unit is not known(.|\n)*EUR/MWh"):
        read_series(prices(write, {0: 50, 1: 60}, "price"), unit="euros")


def test_prices_a_mwh_declared_a_kwh_are_noticed(write: Write) -> None:
    with pytest.raises(InputError, match=r"look like prices per MWh(.|\n)*--unit EUR/MWh"):
        read_series(prices(write, dict(enumerate([40, 50, 45])), "price_eur_per_kwh"))


def test_a_wide_table_asks_for_the_column_and_lists_them(write: Write) -> None:
    path = write(
        "time_start,hb_north_usd_per_mwh,lz_west_usd_per_mwh",
        "2024-05-01T00:00Z,1,2",
        "2024-05-01T01:00Z,3,4",
    )
    with pytest.raises(InputError, match="hb_north_usd_per_mwh, lz_west_usd_per_mwh"):
        read_series(path)
    np.testing.assert_allclose(read_series(path, column="lz_west_usd_per_mwh").values, [0.002, 0.004])


def test_a_gap_is_named_by_row_and_time_and_filled_linearly_on_request(write: Write) -> None:
    path = prices(write, {0: 10, 1: 20, 4: 50, 5: 60})
    with pytest.raises(
        InputError, match=r"after row 3, 2024-05-01 02:00 UTC to 2024-05-01 03:00 UTC"
    ) as refused:
        read_series(path)
    assert "--repair gaps" in refused.value.mend
    series = read_series(path, repair=allow("gaps"))
    np.testing.assert_allclose(series.values, [0.01, 0.02, 0.03, 0.04, 0.05, 0.06])
    assert series.provenance.repairs == ("gaps: 2 intervals filled linearly, at most 2 h in a row",)


def test_six_hours_are_filled_and_seven_are_not(write: Write) -> None:
    rows: dict[int, object] = dict.fromkeys(range(24), 10)
    six = {h: v for h, v in rows.items() if not 8 <= h < 14}
    seven = {h: v for h, v in rows.items() if not 8 <= h < 15}
    assert len(read_series(prices(write, six), repair=allow("gaps")).values) == 24
    with pytest.raises(InputError, match="longer than the 6 h"):
        read_series(prices(write, seven), repair=allow("gaps"))


def test_an_empty_or_nan_value_is_named_by_its_row(write: Write) -> None:
    for nothing in ("", "NaN", "n/a", "-"):
        path = prices(write, {0: 10, 1: nothing, 2: 30})
        with pytest.raises(InputError, match=r"row 3, 2024-05-01 01:00 UTC: the value is missing"):
            read_series(path)
        np.testing.assert_allclose(read_series(path, repair=allow("gaps")).values, [0.01, 0.02, 0.03])


def test_missing_alone_drops_rows_but_does_not_fill_the_hole(write: Write) -> None:
    with pytest.raises(InputError, match="the hour is missing"):
        read_series(prices(write, {0: 10, 1: "", 2: 30}), repair=allow("missing"))
    trimmed = read_series(prices(write, {0: "", 1: 20, 2: 30}), repair=allow("missing"))
    assert trimmed.start == np.datetime64("2024-05-01T01:00")


def test_an_empty_value_at_the_edge_is_never_filled(write: Write) -> None:
    with pytest.raises(InputError, match="a hole at the edge cannot be filled"):
        read_series(prices(write, {0: "", 1: 20, 2: 30}), repair=allow("gaps"))


def test_a_word_among_the_numbers_is_refused_whatever_the_repairs(write: Write) -> None:
    path = prices(write, {0: 10, 1: "oops", 2: 30})
    with pytest.raises(InputError, match=r"row 3: value is not a number(.|\n)*oops"):
        read_series(path, repair=allow("gaps", "missing", "range", "duplicates"))


def test_equal_duplicates_are_kept_once_and_conflicting_ones_averaged_on_request(write: Write) -> None:
    rows = hours({0: 10, 1: 20, 2: 30})
    equal = write("time_start,price_eur_per_mwh", *rows[:2], rows[1], rows[2])
    with pytest.raises(
        InputError, match=r"row 4, 2024-05-01 01:00 UTC: the time appears twice with one value"
    ):
        read_series(equal)
    np.testing.assert_allclose(read_series(equal, repair=allow("duplicates")).values, [0.01, 0.02, 0.03])
    clash = write("time_start,price_eur_per_mwh", *rows[:2], *hours({1: 40}), rows[2])
    with pytest.raises(InputError, match=r"row 4.*twice with different values(.|\n)*40, and 20 in row 3"):
        read_series(clash)
    averaged = read_series(clash, repair=allow("duplicates"))
    np.testing.assert_allclose(averaged.values, [0.01, 0.03, 0.03])
    assert "1 with different rows averaged" in averaged.provenance.repairs[0]


def test_a_long_table_read_as_one_series_is_told_apart_from_duplicates(write: Write) -> None:
    rows = [line for h in range(150) for line in hours({h: 1}) + hours({h: 2})]
    with pytest.raises(InputError, match="most times appear more than once"):
        read_series(write("time_start,price_eur_per_mwh", *rows))


def test_an_absurd_price_is_named_and_clipped_on_request(write: Write) -> None:
    path = prices(write, {0: 10, 1: -25_000, 2: 30})
    with pytest.raises(InputError, match=r"row 3(.|\n)*-25 EUR/kWh(.|\n)*--repair range"):
        read_series(path)
    series = read_series(path, repair=allow("range"))
    np.testing.assert_allclose(series.values, [0.01, -20.0, 0.03])
    assert "1 values clipped" in series.provenance.repairs[0]


def test_negative_prices_are_plausible_and_negative_solar_power_is_not(write: Write) -> None:
    assert read_series(prices(write, {0: -500, 1: 10})).values[0] == -0.5
    with pytest.raises(InputError, match="beyond the plausible range"):
        read_series(prices(write, {0: -2.8, 1: 10}, "power_kw"), quantity="power")


def test_uneven_spacing_is_refused_at_its_row(write: Write) -> None:
    path = write(
        "time_start,price_eur_per_mwh",
        *hours(dict.fromkeys(range(4), 10)),
        "2024-05-01T03:40Z,10",
        *hours(dict.fromkeys(range(4, 8), 10)),
    )
    with pytest.raises(InputError, match=r"row 5, 2024-05-01 03:00 UTC: the spacing is uneven(.|\n)*40 min"):
        read_series(path, repair=allow("gaps"))


def test_a_change_from_hours_to_quarters_is_no_gap(write: Write) -> None:
    quarters = [f"2024-05-02T{h:02d}:{m:02d}Z,10" for h in range(12) for m in (0, 15, 30, 45)]
    path = write("time_start,price_eur_per_mwh", *hours(dict.fromkeys(range(24), 10)), *quarters)
    with pytest.raises(InputError, match=r"spacing changes(.|\n)*--window"):
        read_series(path, repair=allow("gaps"))
    late = read_series(path, window=(np.datetime64("2024-05-02"), np.datetime64("2024-05-02T12:00")))
    assert (late.step_s, len(late.values)) == (900, 48)


def test_only_the_window_is_checked_and_kept(write: Write) -> None:
    path = prices(write, {0: 10, 1: "oops", 4: 50, 5: 60, 6: 70})
    window = (np.datetime64("2024-05-01T04:00"), np.datetime64("2024-05-01T06:00"))
    series = read_series(path, window=window)
    np.testing.assert_allclose(series.values, [0.05, 0.06])
    assert (series.start, series.end) == window


def test_a_window_beyond_the_file_is_refused_with_the_missing_times(write: Write) -> None:
    path = prices(write, {0: 10, 1: 20, 2: 30})
    with pytest.raises(InputError, match="no rows from 2024-05-01 03:00 UTC to 2024-05-01 05:00 UTC"):
        read_series(path, window=(np.datetime64("2024-05-01T01:00"), np.datetime64("2024-05-01T05:00")))


def test_rows_are_counted_as_in_a_text_editor_past_blank_lines_and_quoted_line_ends(write: Write) -> None:
    path = write(
        "time_start,note,price_eur_per_mwh",
        "2024-05-01T00:00Z,a,10",
        "",
        '2024-05-01T01:00Z,"two\nlines",20',
        "2024-05-01T02:00Z,c,oops",
    )
    with pytest.raises(InputError, match="row 6: value is not a number"):
        read_series(path)


def test_a_row_with_a_cell_too_many_is_named(write: Write) -> None:
    path = write("time_start,price_eur_per_mwh", *hours({0: 10, 1: 20}), "2024-05-01T02:00Z,30,31")
    with pytest.raises(InputError, match=r"row 4: the row has the wrong number of cells"):
        read_series(path)


def test_dates_that_do_not_tell_day_from_month_are_refused(write: Write) -> None:
    unsure = write("time_start,price_eur_per_mwh", "03/04/2024 00:00,1", "03/04/2024 01:00,2")
    with pytest.raises(InputError, match=r"rows 2-3: time does not tell day from month"):
        read_series(unsure, timezone="UTC")
    proven = write("time_start,price_eur_per_mwh", "30/04/2024 23:00,1", "01/05/2024 00:00,2")
    assert read_series(proven, timezone="UTC").start == np.datetime64("2024-04-30T23:00")


def test_a_lone_comma_that_may_be_thousands_or_decimals_is_not_guessed(write: Write) -> None:
    with pytest.raises(InputError, match="does not tell thousands from decimals"):
        read_series(prices(write, {0: '"1,234"', 1: '"1,500"'}))
    thousands = read_series(prices(write, {0: '"1,234.5"', 1: '"1,500"'}))
    np.testing.assert_allclose(thousands.values, [1.2345, 1.5])


def test_files_that_are_no_table_are_refused_in_plain_words(write: Write, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_series(tmp_path / "absent.csv")
    with pytest.raises(InputError, match="empty"):
        read_series(write("", name="empty.csv"))
    with pytest.raises(InputError, match="no table"):
        read_series(write("just a sentence", name="text.txt"))
    with pytest.raises(InputError, match="packed archive"):
        read_series(write("PK\x03\x04rest", name="prices.xlsx"))
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(InputError, match="Parquet file cannot be read"):
        read_series(broken)


def test_a_file_beyond_the_bound_is_refused_before_it_is_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(513 * 1024 * 1024)
    with pytest.raises(InputError, match="too large"):
        read_series(huge)


def test_an_unknown_repair_lists_the_known_ones(write: Write) -> None:
    with pytest.raises(InputError, match=r"no such repair(.|\n)*gaps: (.|\n)*overlaps: "):
        read_series(prices(write, {0: 1, 1: 2}), repair=allow("everything"))


def test_parquet_with_naive_times_needs_a_zone(tmp_path: Path) -> None:
    times = pl.datetime_range(pl.datetime(2024, 5, 1), pl.datetime(2024, 5, 1, 3), "1h", eager=True)
    path = tmp_path / "p.parquet"
    pl.DataFrame({"time_start_local": times, "power_kw": [1.0, 2.0, 3.0, 4.0]}).write_parquet(path)
    with pytest.raises(InputError, match="no time zone"):
        read_series(path, quantity="power")
    assert read_series(path, quantity="power", timezone="Asia/Kolkata").start == np.datetime64(
        "2024-04-30T18:30"
    )


def test_windows_text_with_bom_and_utf16_are_read(write: Write) -> None:
    lines = ("time_start,price (€/MWh)", *hours({0: 10, 1: 20}))
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        np.testing.assert_allclose(read_series(write(*lines, encoding=encoding)).values, [0.01, 0.02])
