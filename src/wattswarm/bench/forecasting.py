"""What forecasters are timed on: many small networks on generated prices, side by side or in turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from wattswarm.data.generate import generate_prices
from wattswarm.forecast import Record, one_step
from wattswarm.forecast.neural import Neural, fit_population

MEMBERS = 30
"""Members of a population in paper 001."""


def population(members: int, days: int, together: int) -> Callable[[int], object]:
    """Return what trains a population of BiLSTMs that differ in learning rate, dropout and seed.

    Args:
        days: of prices, one each quarter-hour.
        together: networks that train side by side as one program.
    """
    prices = generate_prices(
        start=date(2024, 1, 1), days=days, timezone="UTC", step_s=900, rng=np.random.default_rng(0)
    )
    record = Record(prices)
    rates, shares = np.geomspace(1e-3, 1e-2, members), np.linspace(0.0, 0.5, members)
    nets = [
        Neural("bilstm", units=8, look_back=8, epochs=2, rate=float(rate), dropout=float(share))
        for rate, share in zip(rates, shares, strict=True)
    ]

    def run(at: int) -> object:
        seeds = range(at * members, (at + 1) * members)
        return [model.networks for model in fit_population(nets, record, one_step(), seeds, most=together)]

    return run
