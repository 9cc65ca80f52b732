"""Runs the study of paper 000 from the first day to the written page; no life is lived twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from wattswarm.papers.experiment import Tell, write_page
from wattswarm.papers.p000_city.study.design import full_design, quick_design
from wattswarm.papers.p000_city.study.findings import MARKET_YEAR, find, wholesale
from wattswarm.papers.p000_city.study.page import charts, page

_LIFE_S, _PROGRAMS_S, _SMALL_S, _SCALE_S = 0.03, 14.0, 25.0, 100.0
"""Processor time of a life's day, of compiling a kind of city, of judging a learner, of the sweep [s]."""


def run_city(
    data: Path | None,
    out: Path,
    tell: Tell,
    *,
    quick: bool = False,
    seeds: int | None = None,
) -> Path:
    """Run the study, or what is left of it.

    Args:
        data: folder of market prices, None to leave that row out.
        out: folder of everything; what is there is not computed again.
        tell: told of each finished part in one line.
        quick: minutes; it shows that everything works.
        seeds: of small cities; large ones live a year for as many, but no more than in the study. None for
            the study's.

    Returns:
        The written page, `city.md` in `out`.

    Raises:
        InputError: the record of prices is missing or faulty.
    """
    prices = None if data is None else wholesale(data)
    design = quick_design() if quick else full_design()
    if seeds:
        design = replace(design, seeds=seeds, years=min(seeds, design.years))
    wanted = design.all_lives("" if prices is None else MARKET_YEAR)
    small = design.small()
    seconds = sum(_LIFE_S * life.days for life in wanted)
    seconds += _PROGRAMS_S * len({(life.city, bool(life.rule), life.hourly, life.shared) for life in wanted})
    seconds += _SMALL_S * (1 + len(small)) + (10.0 if quick else _SCALE_S)
    tell(f"{len(wanted)} lives; about {max(1.0, seconds / 60):.0f} minutes of a core if nothing is done yet")
    found = find(design, prices, out, tell)
    drawn = charts(found)
    return write_page(out, "city", page(found, drawn), drawn, tell=tell)
