"""`wattswarm bench`: measured speed, with everything needed to judge it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from wattswarm.bench import print_results, run_bench, save_results
from wattswarm.runtime import prepare, processors


def run_cases(
    names: Sequence[str] | None, repeats: int, quick: bool, out: Path | None, console: Console
) -> None:
    """Run benchmark cases and print what they measured.

    Args:
        names: cases, None for all.
        quick: small shapes.
        out: folder for bench.json, None for none.
    """
    prepare(double=False, keep=False, devices=processors())
    results = run_bench(names or (), repeats=repeats, quick=quick)
    print_results(results, console)
    if out is not None:
        save_results(results, out)
