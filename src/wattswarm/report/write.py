"""Writes a whole report: page, summary, tables and figures, all or nothing."""

from __future__ import annotations

from pathlib import Path

from wattswarm.files import write_files
from wattswarm.report.comparison import Comparison
from wattswarm.report.figures import draw_figures, png
from wattswarm.report.html import page
from wattswarm.report.meta import Meta
from wattswarm.report.sessions import sessions_csv
from wattswarm.report.summary import summary_json
from wattswarm.report.tables import policies_csv, steps_csv


def write_report(out_dir: Path, comparison: Comparison, meta: Meta) -> list[Path]:
    """Write a report into a folder.

    Args:
        out_dir: the folder; made if absent, other files in it are left alone.

    Returns:
        Paths of report.html, summary.json, policies.csv, steps.csv, sessions.csv and the figures.

    Raises:
        InputError: the folder cannot be written; what was there before is unchanged.
    """
    charts = draw_figures(comparison)
    files = {
        "report.html": page(comparison, charts, meta).encode(),
        "summary.json": summary_json(comparison, meta),
        "policies.csv": policies_csv(comparison),
        "steps.csv": steps_csv(comparison),
        "sessions.csv": sessions_csv(comparison),
    }
    files |= {f"figures/{chart.name}.png": png(chart) for chart in charts}
    return write_files(Path(out_dir), files)
