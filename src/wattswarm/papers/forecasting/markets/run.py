"""Runs the study of markets from backtests to the written page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from wattswarm.papers.experiment import Options, record_file, write_page
from wattswarm.papers.forecasting.markets.comparisons import Comparison, chosen_comparisons, small
from wattswarm.papers.forecasting.markets.judging import judge_comparison
from wattswarm.papers.forecasting.markets.page import page
from wattswarm.papers.forecasting.markets.tables import Table


def run_markets(options: Options, *, comparisons: Sequence[Comparison] | None = None) -> tuple[Table, ...]:
    """Let every forecaster take part in every comparison and write `markets.json` and `markets.md`.

    Args:
        options: of the study; quick are two weeks of each test by models trained once on three months, small
            ones and no networks. Its records are needed.
        comparisons: what is asked of whom; without, those that the options name.

    Returns:
        A table a comparison.

    Raises:
        InputError: a record is missing or faulty, no such comparison, or the folder holds another study.
    """
    comparisons = chosen_comparisons(options.only) if comparisons is None else comparisons
    data = options.data or Path()
    for name in dict.fromkeys(each.market.file for each in comparisons):
        record_file(data, name)
    tables = []
    for each in comparisons:
        asked = small(each) if options.quick else each
        folder = options.out / "backtests" / each.folder
        tables.append(judge_comparison(asked, data, folder, options.quick, options.tell))
    records = {"markets.json": [asdict(each) for each in tables]}
    write_page(options, "markets", page(tables, options.quick), records=records)
    return tuple(tables)
