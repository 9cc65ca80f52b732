"""Runs the study of paper 004 from training to the written page; what is trained is not trained again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from wattswarm.papers.experiment import Tell, write_page
from wattswarm.papers.p004_peers.study.design import Design, quick_design
from wattswarm.papers.p004_peers.study.judging import find
from wattswarm.papers.p004_peers.study.page import charts, page


def run_contracts(out: Path, tell: Tell, *, quick: bool = False, seeds: int | None = None) -> Path:
    """Train, judge and write `contracts.md` and its figures.

    Args:
        out: folder of everything.
        tell: told of each finished part in one line.
        quick: a minute; it shows that everything works.
        seeds: of learning, None for the study's.

    Returns:
        The written page.

    Raises:
        InputError: the folder holds other trainings.
    """
    design = quick_design() if quick else Design()
    design = replace(design, seeds=seeds or design.seeds)
    found = find(design, out / "trainings", tell)
    drawn = charts(found)
    return write_page(out, "contracts", page(found, drawn), drawn, tell=tell)
