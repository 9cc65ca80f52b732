"""A figure with its title and caption, in ink that follows the page's light or dark scheme."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from wattswarm.report.comparison import BOUND_NAME, Comparison, Row

INK = "#1b1f24"
"""Text, axes and the bound; becomes the page's text colour."""
FAINT = "#d5d9df"
"""Grid lines; becomes the page's line colour."""
PLAIN = "#8a8f98"
"""The baseline: grey, because it does nothing clever."""
POLICY_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Palette of Okabe and Ito, told apart by readers of every colour vision."""
MOST_BARS = 10
"""Policies in a bar chart; the table holds all."""
WIDTH_IN = 4.6
"""Drawn narrow, so that text stays legible on a phone."""
STYLE = {
    "font.size": 10.0,
    "font.family": "sans-serif",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlesize": 10.0,
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.linewidth": 0.8,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 9.0,
    "ytick.labelsize": 9.0,
    "legend.frameon": False,
    "legend.fontsize": 9.0,
    "svg.fonttype": "none",
    "path.simplify_threshold": 0.2,
}


@dataclass(frozen=True, eq=False)
class Chart:
    """One figure of the report."""

    name: str
    """Of its file, without suffix."""
    title: str
    caption: str
    figure: Figure


@contextmanager
def style() -> Iterator[None]:
    """Draw and save in the house style; settings of the caller come back afterwards."""
    with matplotlib.rc_context(STYLE):  # type: ignore[arg-type]  # its stub lists keys, ours vary
        yield


def figure(height_in: float) -> Figure:
    """Return an empty figure of the report's width, backed by no window."""
    return Figure(figsize=(WIDTH_IN, height_in), layout="constrained")


def colours(comparison: Comparison) -> dict[str, str]:
    """Return the colour of each policy, the same in every figure; the more profitable get the clearest."""
    others = [row.policy for row in comparison.rows if row.policy != comparison.baseline]
    chosen = {
        name: POLICY_COLOURS[at] if at < len(POLICY_COLOURS) else PLAIN for at, name in enumerate(others)
    }
    return {comparison.baseline: PLAIN, **chosen, BOUND_NAME: INK}


def ranked(comparison: Comparison) -> list[Row]:
    """Return the rows that bar charts show: the most profitable and the baseline, best first."""
    rows = comparison.rows
    return [row for at, row in enumerate(rows) if at < MOST_BARS - 1 or row.policy == comparison.baseline]


def ranked_note(comparison: Comparison) -> str:
    """Return a sentence on the policies that bar charts leave out, empty where they show all."""
    hidden = len(comparison.rows) - len(ranked(comparison))
    return f" The {hidden} policies that earn least are in the table only." if hidden else ""


def plain_text(name: str) -> str:
    """Return a name as it stands, kept from being read as a formula."""
    return name.replace("$", r"\$")


def hide_frame(axes: Axes) -> None:
    """Leave only the horizontal axis, for bars that carry their own labels."""
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    axes.grid(axis="y", visible=False)


def lay_out(chart: Chart) -> None:
    """Place a finished chart's parts for good; left to itself every format would place them twice."""
    engine = chart.figure.get_layout_engine()
    if engine is not None:
        engine.execute(chart.figure)
        chart.figure.set_layout_engine(None)


def png(chart: Chart) -> bytes:
    """Return a chart as a PNG on white, for documents."""
    buffer = io.BytesIO()
    with style():
        chart.figure.savefig(
            buffer,
            format="png",
            dpi=160,
            facecolor="white",
            metadata={"Software": None},
            pil_kwargs={"compress_level": 3},
        )
    return buffer.getvalue()


def svg(chart: Chart) -> str:
    """Return a chart as an `<svg>` element to stand in a page: no header, no links, the page's colours."""
    buffer = io.StringIO()
    nothing: dict[str, Any] = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with style():
        chart.figure.savefig(buffer, format="svg", transparent=True, metadata=nothing)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r' xmlns(:xlink)?="[^"]*"', "", text)
    text = re.sub(r'<g id="[^"]*"', "<g", text)
    # Clips and markers come with random names; numbers under the chart's name repeat and never clash.
    found = dict.fromkeys(re.findall(r'\bid="([^"]+)"', text))
    names = {name: f"{chart.name}-{at}" for at, name in enumerate(found)}
    text = re.sub(r'(\bid="|href="#|url\(#)([^")]+)', lambda match: match[1] + names[match[2]], text)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    text = re.sub(r"font: ([0-9.]+px)[^;\"]*", r"font: \1 sans-serif", text)
    text = re.sub(r"\n\s*", "\n", text)
    return text.replace(INK, "currentColor").replace(FAINT, "var(--line)").strip()
