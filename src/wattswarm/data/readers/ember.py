"""Ember European wholesale prices: Country, Datetime (UTC), Datetime (Local), Price (EUR/MWhe), hourly.

Some copies mix two ways of writing a date in one file (year first, then day/month/year) and repeat hours.
"""

from __future__ import annotations

from typing import Final

from wattswarm.data.intake.readings import Readings
from wattswarm.data.intake.table import Table
from wattswarm.data.readers.base import Ask
from wattswarm.data.readers.columns import choose_column, choose_node, instants_of, readings_of

_ZONE_OF_COUNTRY: Final = {
    "Albania": "Europe/Tirane", "Austria": "Europe/Vienna", "Belgium": "Europe/Brussels",
    "Bosnia Herzegovina": "Europe/Sarajevo", "Bulgaria": "Europe/Sofia", "Croatia": "Europe/Zagreb",
    "Czechia": "Europe/Prague", "Denmark": "Europe/Copenhagen", "Estonia": "Europe/Tallinn",
    "Finland": "Europe/Helsinki", "France": "Europe/Paris", "Germany": "Europe/Berlin",
    "Greece": "Europe/Athens", "Hungary": "Europe/Budapest", "Ireland": "Europe/Dublin",
    "Italy": "Europe/Rome", "Kosovo": "Europe/Belgrade",
    "Latvia": "Europe/Riga", "Lithuania": "Europe/Vilnius", "Luxembourg": "Europe/Luxembourg",
    "Montenegro": "Europe/Podgorica", "Netherlands": "Europe/Amsterdam", "North Macedonia": "Europe/Skopje",
    "Norway": "Europe/Oslo", "Poland": "Europe/Warsaw", "Portugal": "Europe/Lisbon",
    "Romania": "Europe/Bucharest",
    "Serbia": "Europe/Belgrade", "Slovakia": "Europe/Bratislava", "Slovenia": "Europe/Ljubljana",
    "Spain": "Europe/Madrid", "Sweden": "Europe/Stockholm", "Switzerland": "Europe/Zurich",
    "United Kingdom": "Europe/London",
}  # fmt: skip


class EmberPrices:
    """Reader of Ember's hourly file of one country or of all; `column` names the country."""

    name = "Ember European wholesale prices"

    def recognises(self, table: Table) -> bool:
        """Whether the table has Ember's country, UTC and price columns."""
        return None not in (table.find("country"), table.find("datetime_utc"), table.find("price_eur_mwhe"))

    def read(self, table: Table, ask: Ask) -> Readings:
        """Return the rows of one country, timed by the UTC column.

        Raises:
            InputError: several countries and none named, or the quantity is not a price.
        """
        country, time = table.find("country") or "Country", table.find("datetime_utc") or "Datetime (UTC)"
        value = table.find("price_eur_mwhe")
        column, unit = choose_column(
            table, Ask(ask.quantity, None, ask.unit), tuple(c for c in table.columns if c != value)
        )
        table = choose_node(table, country, ask.column, "country")
        stamps, _ = instants_of(table, time, "UTC", "day first")
        zone = _ZONE_OF_COUNTRY.get(table.text(country)[0], "UTC")
        return readings_of(table, ask, self.name, column, unit, zone, stamps)
