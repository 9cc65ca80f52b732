"""The markets that are timed: trades happen, games settle, and no two runs play the same."""

from __future__ import annotations

import numpy as np

from wattswarm.bench import run_bench
from wattswarm.bench.cases import CASES
from wattswarm.bench.market import random_books
from wattswarm.market.auction import clear_uniform
from wattswarm.market.auction.verify import efficiency


def test_every_timed_auction_trades_and_no_two_runs_clear_the_same_books() -> None:
    prepared = CASES["auction-uniform"].prepare(True)
    first, second = prepared.run(0), prepared.run(1)
    assert prepared.work == len(first.price) == 32  # type: ignore[attr-defined]
    assert not np.allclose(first.price, second.price)  # type: ignore[attr-defined]
    books = random_books(32, 64, 0)
    assert float(clear_uniform(books).bought_kwh.sum(-1).min()) > 10.0
    np.testing.assert_allclose(efficiency(books, clear_uniform(books)), 1.0, rtol=1e-5)


def test_its_result_counts_auctions() -> None:
    [result] = run_bench(["auction-uniform"], repeats=1, quick=True)
    assert result.unit == "auctions"
    assert result.config == {"markets": 32, "bids": 64, "asks": 64}
    assert result.goal == 4096.0


def test_the_timed_games_of_v2g_discharge_and_come_to_rest() -> None:
    solved = CASES["equilibrium-v2g"].prepare(True).run(0)
    assert solved.power_kw.dtype == np.float32  # type: ignore[attr-defined]
    assert float(solved.power_kw.min()) < -1.0  # type: ignore[attr-defined]
    assert float(solved.gap) < 1e-3  # type: ignore[attr-defined]


def test_the_timed_games_settle_and_differ() -> None:
    prepared = CASES["equilibrium"].prepare(True)
    first, second = prepared.run(0), prepared.run(1)
    assert float(first.gap) < 1e-8  # type: ignore[attr-defined]
    assert not np.allclose(first.power_kw.sum(0), second.power_kw.sum(0))  # type: ignore[attr-defined]
    [result] = run_bench(["equilibrium"], repeats=1, quick=True)
    assert (result.unit, result.goal) == ("games", 2.0)
