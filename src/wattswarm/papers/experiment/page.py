"""The written page of a study: Markdown tables, wrapped text, figures, the versions it was made with."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from textwrap import fill

import numpy as np
from jaxtyping import Float

from wattswarm.evaluate import Interval, interquartile_mean, interval
from wattswarm.files import write_files
from wattswarm.papers.experiment.options import Options
from wattswarm.report.figures import Chart, png
from wattswarm.runtime import versions


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], align: str = "l") -> str:
    """Return a Markdown table; `align` has `l` or `r` for the first columns, the others are right-aligned."""
    rules = ["---" if side == "l" else "---:" for side in align.ljust(len(heads), "r")]
    lines = ["| " + " | ".join(each) + " |" for each in (heads, *rows)]
    return "\n".join([lines[0], "|" + "|".join(rules) + "|", *lines[1:]])


def interval_words(score: Interval, form: str = ".3f", *, nothing: str = "nothing to gain") -> str:
    """Return a figure with its interval, or words where it is NaN."""
    if math.isnan(score.value):
        return nothing
    return f"{score.value:{form}} [{score.low:{form}}, {score.high:{form}}]"


def seeds_words(values: Float[np.ndarray, "seed part"], form: str) -> str:
    """Return the interquartile mean, with its 95 % bootstrap interval where there are several seeds."""
    if np.isnan(values).any():
        return "nothing to gain"
    if len(values) < 2:
        return format(interquartile_mean(values), form)
    return interval_words(interval(values, np.random.default_rng(0)), form)


def made_with() -> str:
    """Return the versions that a page was made with, in words."""
    return ", ".join(f"{name} {version}" for name, version in versions().items())


def wrap(words: str) -> str:
    """Return text in lines of a page's width."""
    return fill(words, 110)


def bullets(sentences: Iterable[str]) -> str:
    """Return sentences as a list, in lines of a page's width."""
    return "\n".join(fill(each, 110, initial_indent="- ", subsequent_indent="  ") for each in sentences)


def training_times(seconds: Mapping[str, float]) -> str:
    """Return the processor time of a seed by the label of its training, in words [s]."""
    return f"Processor seconds to train a seed: {', '.join(f'{who} {s:,.0f}' for who, s in seconds.items())}."


def image(chart: Chart) -> str:
    """Return a figure with its title and caption under it."""
    return f"![{chart.title}]({chart.name}.png)\n\n{chart.title}. {chart.caption}"


def chapter(chart: Chart) -> str:
    """Return a figure as a section of its own."""
    return f"## {chart.title}\n\n![{chart.title}]({chart.name}.png)\n\n{chart.caption}"


def write_page(
    options: Options,
    name: str,
    sections: Iterable[str],
    charts: Sequence[Chart] = (),
    records: Mapping[str, object] | None = None,
) -> Path:
    """Write a study's page, its figures and its records, all or none, and return the page's path.

    Args:
        options: whose folder it is.
        name: of the page, without `.md`.
        sections: of the page, separated by an empty line.
        records: further files by name, as JSON values.
    """
    files = {f"{chart.name}.png": png(chart) for chart in charts}
    files |= {
        each: json.dumps(value, indent=2, default=str).encode() + b"\n"
        for each, value in (records or {}).items()
    }
    files[f"{name}.md"] = ("\n\n".join(sections).rstrip("\n") + "\n").encode()
    *_, written = write_files(options.out, files)
    options.tell(f"wrote {written}")
    return written
