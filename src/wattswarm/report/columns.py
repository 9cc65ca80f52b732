"""The columns of the comparison table: what each is called, where it comes from and how it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wattswarm.report.comparison import Comparison
from wattswarm.report.measures import Measures
from wattswarm.report.words import number, percent

SHOWN = 1e-9
"""A column whose figures are all nearer to zero than this is left out."""


@dataclass(frozen=True)
class Column:
    """One figure of `Measures` in the table."""

    title: str
    """Heading, with "{currency}" where the site's currency goes."""
    value: Callable[[Measures], float | None]
    write: Callable[[float | None], str]


def whole(value: float | None) -> str:
    """Write without decimals."""
    return number(value)


def tenths(value: float | None) -> str:
    return number(value, 1)


def cents(value: float | None) -> str:
    """Write with two decimals."""
    return number(value, 2)


def fine(value: float | None) -> str:
    """Write with three decimals."""
    return number(value, 3)


def share(value: float | None) -> str:
    """Write as a percentage with one decimal."""
    return percent(value, 1)


COLUMNS = (
    Column("energy cost [{currency}]", lambda m: m.energy_cost, cents),
    Column("per kWh delivered [{currency}]", lambda m: m.cost_per_kwh, fine),
    Column("import [kWh]", lambda m: m.import_kwh, whole),
    Column("export [kWh]", lambda m: m.export_kwh, whole),
    Column("peak import [kW]", lambda m: m.peak_import_kw, tenths),
    Column("delivered [kWh]", lambda m: m.delivered_kwh, whole),
    Column("unmet [kWh]", lambda m: m.unmet_kwh, tenths),
    Column("unmet of feasible", lambda m: m.unmet_share, share),
    Column("satisfied departures", lambda m: m.satisfied_share, share),
    Column("fairness", lambda m: m.fairness, fine),
    Column("solar used [kWh]", lambda m: m.solar_used_kwh, whole),
    Column("solar curtailed [kWh]", lambda m: m.solar_curtailed_kwh, whole),
    Column("from vehicles [kWh]", lambda m: m.v2g_kwh, whole),
    Column("wear [{currency}]", lambda m: m.wear_cost, cents),
    Column("storage cycles", lambda m: m.storage_cycles, tenths),
    Column("storage loss, first year (Xu)", lambda m: m.storage_loss_xu, share),
    Column("storage loss, first year (Schmalstieg)", lambda m: m.storage_loss_schmalstieg, share),
    Column("lowest voltage [pu]", lambda m: m.lowest_voltage_pu, fine),
    Column("highest voltage [pu]", lambda m: m.highest_voltage_pu, fine),
    Column("CO2 [kg]", lambda m: m.carbon_kg, whole),
)
ALWAYS = (
    Column("violations", lambda m: float(m.violations), whole),
    Column("deciding [s]", lambda m: m.seconds, cents),
)


def columns(comparison: Comparison) -> tuple[Column, ...]:
    """Return the columns that have something to say: a figure other than nothing or zero in some row."""
    every = [row.measures for row in comparison.rows]
    if comparison.bound and comparison.bound.measures:
        every.append(comparison.bound.measures)
    told = [
        column for column in COLUMNS if any(abs(column.value(measures) or 0.0) > SHOWN for measures in every)
    ]
    return (*told, *ALWAYS)
