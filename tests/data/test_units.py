"""Units are understood in every spelling that files use, and never guessed from part of a name."""

from __future__ import annotations

import pytest

from wattswarm.data.cells.units import parse_unit, unit_in_name


@pytest.mark.parametrize(
    ("text", "canonical", "factor"),
    [
        ("EUR/MWh", "EUR/kWh", 1e-3),
        ("€/MWh", "EUR/kWh", 1e-3),
        ("EUR/MWhe", "EUR/kWh", 1e-3),
        ("Rs/MWh", "INR/kWh", 1e-3),
        ("$/kWh", "USD/kWh", 1.0),
        ("W", "kW", 1e-3),
        ("MW", "kW", 1e3),
        ("kWh", "kWh", 1.0),
        ("kgCO2/kWh", "kg/kWh", 1.0),
        ("gCO2eq/kWh", "kg/kWh", 1e-3),
        ("t/MWh", "kg/kWh", 1.0),
        ("lb/MWh", "kg/kWh", 0.45359237e-3),
        ("W/m2", "W/m2", 1.0),
    ],
)
def test_a_unit_leads_to_its_canonical_one(text: str, canonical: str, factor: float) -> None:
    unit = parse_unit(text)
    assert unit is not None
    assert (unit.canonical, unit.factor) == (canonical, pytest.approx(factor))


@pytest.mark.parametrize(
    ("column", "canonical"),
    [
        ("price_eur_per_mwh", "EUR/kWh"),
        ("Price_EUR_MWh", "EUR/kWh"),
        ("Day-ahead Price [EUR/MWh]", "EUR/kWh"),
        ("MCP (Rs/MWh) *", "INR/kWh"),
        ("carbon_kgco2_per_kwh", "kg/kWh"),
        ("ghi_w_per_m2", "W/m2"),
        ("kw", "kW"),
        ("delivered_energy (kWh)", "kWh"),
    ],
)
def test_a_column_s_name_declares_its_unit(column: str, canonical: str) -> None:
    unit = unit_in_name(column)
    assert unit is not None
    assert unit.canonical == canonical


@pytest.mark.parametrize(
    "column",
    [
        "price",
        "b1_pv_w_per_kw",
        "ghi",
        "MTU (CET/CEST)",
        "Datetime (UTC)",
        "temperature",
        "xyz/kWh",
        "price_ct_kwh",
        "",
    ],
)
def test_a_name_without_a_unit_declares_none(column: str) -> None:
    assert unit_in_name(column) is None
