"""Orders that no auction should clear are refused, each by its side, index and field."""

from __future__ import annotations

import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.market.auction import Book, book_of, check_orders

BAND = (0.06, 0.30)


def good() -> Book:
    return book_of([[0.20, 1.0], [0.25, 2.0], [0.0, 0.0]], [[0.10, 1.5], [0.12, 1.0]])


WRONG = {
    "a negative energy": ("bid_kwh", -1.0, "bid 1, kwh", "-1"),
    "not a finite energy": ("ask_kwh", np.nan, "ask 1, kwh", "nan"),
    "an implausibly large energy": ("ask_kwh", 1e9, "ask 1, kwh", "1e+09"),
    "not a finite price": ("bid_price", np.inf, "bid 1, price", "inf"),
    "a price outside the band": ("ask_price", 0.31, "ask 1, price", "0.31"),
}


def test_a_good_book_passes_padding_and_areas_included() -> None:
    check_orders(good(), band=BAND, bid_area=np.array([0, 1, 1]), ask_area=np.array([0, 0]), areas=2)


@pytest.mark.parametrize("what", WRONG)
def test_a_bad_order_is_refused_by_its_index_and_field(what: str) -> None:
    field, value, place, found = WRONG[what]
    book = good()
    bad = book._replace(**{field: getattr(book, field).at[1].set(value)})
    with pytest.raises(InputError) as caught:
        check_orders(bad, band=BAND)
    error = caught.value
    assert (error.what, error.where, error.found) == (what, place, found)
    assert error.expected
    assert error.mend


def test_a_price_below_the_feed_in_is_refused_too() -> None:
    book = good()
    with pytest.raises(InputError, match="ask 0, price: a price outside the band"):
        check_orders(book._replace(ask_price=book.ask_price.at[0].set(0.05)), band=BAND)


@pytest.mark.parametrize("area", [-1, 2])
def test_an_unknown_area_is_refused(area: int) -> None:
    with pytest.raises(InputError, match=r"bid 2, area: an unknown area[\s\S]*0 to 1"):
        check_orders(good(), band=BAND, bid_area=np.array([0, 1, area]), areas=2)


def test_more_orders_than_allowed_are_refused() -> None:
    with pytest.raises(InputError, match="too many orders"):
        check_orders(good(), band=BAND, most=2)


def test_a_band_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="band"):
        check_orders(good(), band=(0.3, 0.06))


def test_prices_and_energies_must_belong_together() -> None:
    with pytest.raises(InputError, match="have different lengths"):
        check_orders(good()._replace(bid_kwh=np.ones(2)), band=BAND)
