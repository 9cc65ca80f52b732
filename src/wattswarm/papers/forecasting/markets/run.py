"""Runs the study of markets from backtests to the written page."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from wattswarm.errors import InputError
from wattswarm.files import write_files
from wattswarm.papers.forecasting.markets.contest import CONTESTS, Contest, small
from wattswarm.papers.forecasting.markets.judging import judge_contest
from wattswarm.papers.forecasting.markets.page import page
from wattswarm.papers.forecasting.markets.tables import Table


def run_markets(
    data: Path,
    out: Path,
    quick: bool,
    progress: Callable[[str], None] = lambda _: None,
    *,
    contests: Sequence[Contest] = CONTESTS,
) -> tuple[Table, ...]:
    """Let every forecaster answer every contest and write `markets.json` and `markets.md`.

    Args:
        data: folder of the records.
        out: folder of the results, which keeps what is done and goes on from there.
        quick: two weeks of each test by models trained once on three months, small ones and no networks.
        progress: told of what is done, in words.
        contests: what is asked of whom.

    Returns:
        A table a contest.

    Raises:
        InputError: a record is missing or faulty, or the folder holds another study.
    """
    for name in dict.fromkeys(each.market.file for each in contests):
        if not (data / name).is_file():
            raise InputError("there is no such file", where="--data", found=data / name, expected=name)
    tables = []
    for each in contests:
        asked = small(each) if quick else each
        tables.append(judge_contest(asked, data, out / "backtests" / each.folder, quick, progress))
    told = json.dumps([asdict(each) for each in tables], indent=2, default=str) + "\n"
    write_files(out, {"markets.json": told.encode(), "markets.md": page(tables, quick).encode()})
    return tuple(tables)
