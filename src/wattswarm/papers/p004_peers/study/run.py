"""Runs the study of paper 004 from training to the written page; what is trained is not trained again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from wattswarm.files import write_files
from wattswarm.papers.p004_peers.study.contest import Contest, quick_contest
from wattswarm.papers.p004_peers.study.judging import find
from wattswarm.papers.p004_peers.study.page import charts, page
from wattswarm.report.figures import png


def run_contracts(
    out: Path, tell: Callable[[str], None], *, quick: bool = False, seeds: int | None = None
) -> Path:
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
    contest = quick_contest() if quick else Contest()
    contest = replace(contest, seeds=seeds or contest.seeds)
    found = find(contest, out / "trainings", tell)
    drawn = charts(found)
    files = {f"{chart.name}.png": png(chart) for chart in drawn}
    *_, written = write_files(out, {**files, "contracts.md": page(found, drawn).encode()})
    tell(f"wrote {written}")
    return written
