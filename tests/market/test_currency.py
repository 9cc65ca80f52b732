"""A site in the currency of its prices: every amount moves, everything else stays."""

from __future__ import annotations

import pytest

from wattswarm.errors import InputError
from wattswarm.market import convert
from wattswarm.site.schema import Site, Tariff

AMOUNTS = {name for name in Tariff.model_fields if name.endswith(("_per_kwh", "_per_kw"))}
SITE = Site.model_validate(
    {
        "name": "s",
        "currency": "EUR",
        "location": {"latitude": 52, "longitude": 5, "timezone": "Europe/Amsterdam"},
        "nodes": [{"name": "root", "import_limit_kw": 10}],
        "stations": [
            {"name": "s", "node": "root", "storage": {"capacity_kwh": 10, "power_kw": 5}},
            {"name": "t", "node": "root", "ports": [{"power_kw": 7}]},
        ],
        "vehicles": [{"name": "car", "capacity_kwh": 60}],
        "tariff": dict.fromkeys(AMOUNTS, 0.5),
    }
)


def test_every_amount_is_multiplied_and_nothing_else() -> None:
    converted, conversion = convert(SITE, "USD", 2.0)
    assert conversion is not None
    assert conversion.note().endswith("converted to USD at 2 USD per EUR")
    assert converted.currency == "USD"
    before, after = SITE.tariff.model_dump(), converted.tariff.model_dump()
    assert len(AMOUNTS) >= 7
    for name in before:
        assert after[name] == (1.0 if name in AMOUNTS else before[name]), name
    assert converted.vehicles[0].wear_price_per_kwh == 2 * SITE.vehicles[0].wear_price_per_kwh
    storage = converted.stations[0].storage
    assert storage is not None
    assert storage.wear_price_per_kwh == 2 * 0.01
    assert converted.stations[1] == SITE.stations[1]
    assert converted.nodes == SITE.nodes


def test_the_way_back_restores_the_site() -> None:
    there, _ = convert(SITE, "INR")
    back, _ = convert(there, "EUR")
    assert back.tariff.model_dump() == pytest.approx(SITE.tariff.model_dump())


def test_the_same_currency_changes_nothing() -> None:
    assert convert(SITE, "EUR") == (SITE, None)


def test_an_unknown_currency_asks_for_the_rate() -> None:
    with pytest.raises(InputError, match="no reference rate for XAU"):
        convert(SITE, "XAU")
    assert convert(SITE, "XAU", 0.1)[0].currency == "XAU"


def test_no_feed_in_tariff_stays_none() -> None:
    site = SITE.model_copy(update={"tariff": Tariff()})
    assert convert(site, "USD")[0].tariff.feed_in_per_kwh is None
