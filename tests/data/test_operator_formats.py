"""Each operator's own export is recognised by its columns and read in canonical units and UTC."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from wattswarm.data import read_series
from wattswarm.errors import InputError

Write = Callable[..., Path]


def utc(text: str) -> np.datetime64:
    return np.datetime64(text, "s")


IEX = (
    "Date,Hour,Time Block,Purchase Bid (MW),Sell Bid (MW),MCV (MW),"
    "Final Scheduled Volume (MW),MCP (Rs/MWh) *",
    '01-04-2024,1,00:00 - 00:15,7598.4,19087.5,5785.7,5785.7,"2,850.38"',
    "01-04-2024,1,00:15 - 00:30,7581.4,19111.5,5885.4,5885.4,2733.12",
    "01-04-2024,1,00:30 - 00:45,7581.4,19111.5,5885.4,5885.4,10000",
)


def test_iex_snapshot_is_read_in_rupees_a_kwh_from_indian_midnight(write: Write) -> None:
    series = read_series(write(*IEX))
    assert series.unit == "INR/kWh"
    assert series.timezone == "Asia/Kolkata"
    assert series.step_s == 900
    assert series.start == utc("2024-03-31T18:30")
    np.testing.assert_allclose(series.values, [2.85038, 2.73312, 10.0])
    assert series.provenance.reader == "IEX market snapshot"
    assert len(series.provenance.sha256) == 64


def test_iex_title_and_summary_lines_are_passed_over_and_counted(write: Write) -> None:
    title = ("Day-Ahead Market Snapshot", "")
    series = read_series(write(*title, *IEX, "Average,,,7000,19000,5800,5800,5194"))
    assert len(series.values) == 3
    assert "1 summary lines passed over" in series.provenance.repairs


def test_iex_volumes_ask_for_the_column(write: Write) -> None:
    with pytest.raises(InputError, match=r"Purchase Bid \(MW\), Sell Bid \(MW\)"):
        read_series(write(*IEX), quantity="load")
    load = read_series(write(*IEX), quantity="load", column="Sell Bid (MW)")
    np.testing.assert_allclose(load.values, [19_087_500, 19_111_500, 19_111_500])


PJM = (
    "datetime_beginning_utc,datetime_beginning_ept,pnode_id,pnode_name,voltage,equipment,type,zone,"
    "system_energy_price_da,total_lmp_da,congestion_price_da,marginal_loss_price_da,row_is_current,version_nbr",
    "3/4/2024 5:00:00 AM,3/4/2024 12:00:00 AM,1,PJM-RTO,,,ZONE,,20,21.5,1,0.5,TRUE,1",
    "3/4/2024 5:00:00 AM,3/4/2024 12:00:00 AM,2,COMED,,,ZONE,,20,18.5,-1,-0.5,TRUE,1",
    "3/4/2024 6:00:00 AM,3/4/2024 1:00:00 AM,1,PJM-RTO,,,ZONE,,20,-3,1,0.5,TRUE,2",
    "3/4/2024 6:00:00 AM,3/4/2024 1:00:00 AM,1,PJM-RTO,,,ZONE,,20,99,1,0.5,FALSE,1",
    "3/4/2024 6:00:00 AM,3/4/2024 1:00:00 AM,2,COMED,,,ZONE,,20,17,-1,-0.5,TRUE,1",
)


def test_pjm_prices_are_read_by_node_with_the_month_first(write: Write) -> None:
    series = read_series(write(*PJM), column="PJM-RTO")
    assert series.start == utc("2024-03-04T05:00")
    np.testing.assert_allclose(series.values, [0.0215, -0.003])
    assert (series.unit, series.timezone) == ("USD/kWh", "America/New_York")
    assert "1 rows of superseded versions passed over" in series.provenance.repairs


def test_pjm_with_several_nodes_lists_them(write: Write) -> None:
    with pytest.raises(InputError, match="COMED, PJM-RTO"):
        read_series(write(*PJM))


def test_pjm_metered_load_is_read_in_kw(write: Write) -> None:
    path = write(
        "datetime_beginning_utc,datetime_beginning_ept,nerc_region,mkt_region,zone,load_area,mw,is_verified",
        "1/1/2024 5:00:00 AM,1/1/2024 12:00:00 AM,RFC,WEST,AEP,AEPAPT,4012.5,TRUE",
        "1/1/2024 6:00:00 AM,1/1/2024 1:00:00 AM,RFC,WEST,AEP,AEPAPT,3980.0,TRUE",
    )
    load = read_series(path, quantity="load")
    np.testing.assert_allclose(load.values, [4_012_500, 3_980_000])


def test_caiso_reads_the_full_price_and_not_its_parts(write: Write) -> None:
    head = (
        "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,OPR_INTERVAL,NODE_ID_XML,NODE_ID,NODE,"
        "MARKET_RUN_ID,LMP_TYPE,XML_DATA_ITEM,PNODE_RESMRID,GRP_TYPE,POS,MW,GROUP"
    )
    rows = [
        f"2024-01-01T{8 + h:02d}:00:00-00:00,2024-01-01T{9 + h:02d}:00:00-00:00,2024-01-01,{h + 1},0,N,N,"
        f"TH_NP15_GEN-APND,DAM,{kind},X,N,ALL,0,{price},1"
        for kind, prices in (("MCC", (0, 1, 2)), ("LMP", (40, 45.5, -7)))
        for h, price in reversed(list(enumerate(prices)))
    ]
    series = read_series(write(head, *rows))
    assert series.start == utc("2024-01-01T08:00")
    np.testing.assert_allclose(series.values, [0.04, 0.0455, -0.007])
    assert series.timezone == "America/Los_Angeles"
    assert "rows put in order of time" in series.provenance.repairs


def test_entsoe_old_layout_is_read_with_the_repeated_autumn_hour(write: Write) -> None:
    rows = [
        f'"27.10.2024 {h:02d}:00 - 27.10.2024 {h + 1:02d}:00","{price}","EUR",""'
        for h, price in ((1, 10), (2, 20), (2, 21), (3, 30))
    ]
    series = read_series(write('"MTU (CET/CEST)","Day-ahead Price [EUR/MWh]","Currency","BZN|NL"', *rows))
    assert series.start == utc("2024-10-26T23:00")
    np.testing.assert_allclose(series.values, [0.010, 0.020, 0.021, 0.030])
    assert (series.unit, series.timezone, series.step_s) == ("EUR/kWh", "Europe/Brussels", 3600)


def test_entsoe_old_layout_passes_over_the_empty_spring_hour(write: Write) -> None:
    rows = [
        f'"31.03.2024 {h:02d}:00 - 31.03.2024 {h + 1:02d}:00","{price}","EUR"'
        for h, price in ((0, 1), (1, 2), (2, "n/e"), (3, 4))
    ]
    series = read_series(write('"MTU (CET/CEST)","Day-ahead Price [EUR/MWh]","Currency"', *rows))
    assert len(series.values) == 3
    assert "1 rows without a value in the skipped spring hour passed over" in series.provenance.repairs


def test_entsoe_new_layout_in_utc_is_read_by_quarter_hour(write: Write) -> None:
    head = (
        '"MTU (UTC)","Area","Sequence","Day-ahead Price (EUR/MWh)","Intraday Period (UTC)",'
        '"Intraday Price (EUR/MWh)"'
    )
    rows = [
        f'"01/11/2025 00:{m:02d}:00 - 01/11/2025 00:{m + 15:02d}:00","BZN|NL","Without Sequence","{p}","",""'
        for m, p in ((0, 18.92), (15, 17.0), (30, -1.5))
    ]
    series = read_series(write(head, *rows), timezone="Europe/Amsterdam")
    assert series.start == utc("2025-11-01T00:00")
    assert (series.step_s, series.timezone) == (900, "Europe/Amsterdam")
    np.testing.assert_allclose(series.values, [0.01892, 0.017, -0.0015])


def test_entsoe_new_layout_obeys_the_marks_of_summer_and_winter_time(write: Write) -> None:
    rows = [
        f'"26/10/2025 02:00:00 ({mark}) - 26/10/2025 03:00:00 (CET)","BZN|NL","{p}"'
        for mark, p in (("CET", 2), ("CEST", 1))
    ]
    series = read_series(write('"MTU (CET/CEST)","Area","Day-ahead Price (EUR/MWh)"', *rows))
    assert series.start == utc("2025-10-26T00:00")
    np.testing.assert_allclose(series.values, [0.001, 0.002])


def test_entsoe_with_two_auctions_asks_for_one(write: Write) -> None:
    rows = [
        f'"01/01/2025 0{h}:00:00 - 01/01/2025 0{h + 1}:00:00","BZN|DE-LU",'
        f'"Sequence Sequence {s}","{10 * s + h}"'
        for h in (0, 1)
        for s in (1, 2)
    ]
    path = write('"MTU (UTC)","Area","Sequence","Day-ahead Price (EUR/MWh)"', *rows)
    with pytest.raises(InputError, match="Sequence Sequence 1, Sequence Sequence 2"):
        read_series(path)
    np.testing.assert_allclose(read_series(path, column="Sequence Sequence 2").values, [0.020, 0.021])


EMBER = "Country,ISO3 Code,Datetime (UTC),Datetime (Local),Price (EUR/MWhe)"


def test_ember_prices_are_read_by_country_with_the_country_s_clock(write: Write) -> None:
    path = write(
        EMBER,
        "Netherlands,NLD,2015-01-01 00:00:00,2015-01-01 01:00:00,34.94",
        "Netherlands,NLD,2015-01-01 01:00:00,2015-01-01 02:00:00,-32.19",
        "Germany,DEU,2015-01-01 00:00:00,2015-01-01 01:00:00,25.02",
        "Germany,DEU,2015-01-01 01:00:00,2015-01-01 02:00:00,18.29",
    )
    series = read_series(path, column="netherlands")
    np.testing.assert_allclose(series.values, [0.03494, -0.03219])
    assert series.timezone == "Europe/Amsterdam"


def test_dirty_ember_file_with_two_date_formats_is_refused_by_row_and_mended_on_request(write: Write) -> None:
    path = write(
        "Country,Datetime (UTC),Datetime (Local),Price (EUR/MWhe)",
        "Netherlands,2015-01-31 22:00:00,2015-01-31 23:00:00,30",
        "Netherlands,2015-01-31 23:00:00,2015-02-01 00:00:00,31",
        "Netherlands,01/02/2015 00:00,01/02/2015 01:00,32",
        "Netherlands,01/02/2015 00:00,01/02/2015 01:00,32",
        "Netherlands,01/02/2015 01:00,01/02/2015 02:00,33",
    )
    with pytest.raises(InputError, match=r"row 5.*appears twice with one value(.|\n)*--repair duplicates"):
        read_series(path)
    series = read_series(path, repair=frozenset({"duplicates"}))
    np.testing.assert_allclose(series.values, [0.030, 0.031, 0.032, 0.033])
    assert series.end == utc("2015-02-01T02:00")
    assert any("1 times with equal rows kept once, 0" in note for note in series.provenance.repairs)


def test_pvdaq_power_is_in_watts_and_needs_the_site_s_zone(write: Write) -> None:
    path = write(
        "measured_on,ac_power__315,ambient_temp__320",
        "2012-06-01 12:00:00,2500.5,21.0",
        "2012-06-01 12:15:00,0,21.5",
    )
    with pytest.raises(InputError, match=r"no time zone(.|\n)*--timezone"):
        read_series(path, quantity="power")
    series = read_series(path, quantity="power", timezone="America/Denver")
    assert series.start == utc("2012-06-01T18:00")
    np.testing.assert_allclose(series.values, [2.5005, 0.0])
