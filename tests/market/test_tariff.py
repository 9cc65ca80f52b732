"""Tariffs keep their prices in order whatever the market does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, strategies as st

from wattswarm.errors import InputError
from wattswarm.market import export_price, feed_in_price, import_price, service_price
from wattswarm.site.check import check_site
from wattswarm.site.schema import Site, Tariff

MARKET = np.linspace(-1.0, 1.0, 81)
tariffs = st.builds(
    Tariff,
    import_multiplier=st.floats(0.5, 2.0),
    import_adder_per_kwh=st.floats(-0.1, 0.4),
    export_share=st.floats(0.0, 1.0),
    export_fee_per_kwh=st.floats(0.0, 0.1),
    feed_in_per_kwh=st.none() | st.floats(-0.1, 0.2),
    demand_multiplier=st.floats(1.0, 2.0),
)


def site_with(tariff: Tariff) -> Site:
    """Return the smallest site with a tariff."""
    return Site.model_validate(
        {
            "name": "s",
            "location": {"latitude": 0, "longitude": 0, "timezone": "UTC"},
            "nodes": [{"name": "root", "import_limit_kw": 10}],
            "stations": [{"name": "s", "node": "root", "ports": [{"power_kw": 7}]}],
            "tariff": tariff.model_dump(),
        }
    )


@given(tariffs)
def test_the_check_of_a_site_accepts_just_the_tariffs_without_free_money(tariff: Tariff) -> None:
    gain = (export_price(MARKET, tariff) - import_price(MARKET, tariff)).max()
    assume(abs(gain) > 1e-6)
    if gain > 0:
        with pytest.raises(InputError, match="free money"):
            check_site(site_with(tariff))
    else:
        check_site(site_with(tariff))


@given(tariffs)
def test_exported_sun_earns_at_least_the_export_price(tariff: Tariff) -> None:
    assert (feed_in_price(MARKET, tariff) >= export_price(MARKET, tariff)).all()
    if tariff.feed_in_per_kwh is not None:
        assert (feed_in_price(MARKET, tariff) >= tariff.feed_in_per_kwh).all()


@given(tariffs)
def test_customers_never_pay_less_than_the_import_price(tariff: Tariff) -> None:
    assert (service_price(MARKET, tariff) >= import_price(MARKET, tariff) - 1e-12).all()


def test_the_prices_of_one_tariff_at_both_signs() -> None:
    tariff = Tariff(
        import_multiplier=1.2,
        import_adder_per_kwh=0.1,
        export_share=0.9,
        export_fee_per_kwh=0.01,
        feed_in_per_kwh=0.05,
        demand_multiplier=1.5,
    )
    market = np.array([0.2, -0.2])
    np.testing.assert_allclose(import_price(market, tariff), [0.34, -0.14])
    np.testing.assert_allclose(export_price(market, tariff), [0.17, -0.23])
    np.testing.assert_allclose(feed_in_price(market, tariff), [0.17, 0.05])
    np.testing.assert_allclose(service_price(market, tariff), [0.51, -0.07])
