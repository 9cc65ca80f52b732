"""Runs the study of paper 004 from training to the written page; what is trained is not trained again."""

from __future__ import annotations

from pathlib import Path

from wattswarm.papers.experiment import Options, write_page
from wattswarm.papers.p004_peers.study.design import Design, quick_design
from wattswarm.papers.p004_peers.study.judging import find
from wattswarm.papers.p004_peers.study.page import charts, page


def run_contracts(options: Options) -> Path:
    """Train, judge and write `contracts.md` and its figures; return the page.

    Raises:
        InputError: the folder holds other trainings.
    """
    design = options.sized(quick_design() if options.quick else Design())
    found = find(design, options.out / "trainings", options.tell)
    drawn = charts(found)
    return write_page(options, "contracts", page(found, drawn), drawn)
