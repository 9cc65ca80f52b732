"""Runs the study of paper 000 from the first day to the written page; no case is simulated twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from wattswarm.papers.experiment import Options, write_page
from wattswarm.papers.p000_city.study.design import full_design, quick_design
from wattswarm.papers.p000_city.study.findings import MARKET_YEAR, find, wholesale
from wattswarm.papers.p000_city.study.page import charts, page

_LIFE_S, _PROGRAMS_S, _SMALL_S, _SCALE_S = 0.03, 14.0, 25.0, 100.0
"""Processor time of a case's day, of compiling a kind of city, of judging a learner, of the sweep [s]."""


def run_city(options: Options) -> Path:
    """Run the study, or what is left of it, and return its page `city.md`.

    Seeds are those of small cities; large ones run a year for as many, but no more than in the study.
    Without market prices their row is left out.

    Raises:
        InputError: the record of prices is missing or faulty.
    """
    prices = None if options.data is None else wholesale(options.data)
    design = options.sized(quick_design() if options.quick else full_design())
    if options.seeds:
        design = replace(design, years=min(options.seeds, design.years))
    wanted = design.all_cases("" if prices is None else MARKET_YEAR)
    small = design.small()
    seconds = sum(_LIFE_S * case.days for case in wanted)
    seconds += _PROGRAMS_S * len({(case.city, bool(case.rule), case.hourly, case.shared) for case in wanted})
    seconds += _SMALL_S * (1 + len(small)) + (10.0 if options.quick else _SCALE_S)
    options.tell(
        f"{len(wanted)} cases; about {max(1.0, seconds / 60):.0f} minutes of a core if nothing is done yet"
    )
    found = find(design, prices, options.out, options.tell)
    drawn = charts(found)
    return write_page(options, "city", page(found, drawn), drawn)
