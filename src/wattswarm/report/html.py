"""The report as one HTML page that needs nothing else: no server, no network, no script to be read."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files

from wattswarm.data import local_clock
from wattswarm.files import digest
from wattswarm.report.columns import cents, columns, tenths
from wattswarm.report.comparison import BOUND_NAME, Comparison
from wattswarm.report.figures import Chart, svg
from wattswarm.report.glossary import GLOSSARY
from wattswarm.report.meta import Meta
from wattswarm.report.words import REGIMES, cards, headline, number

Cell = tuple[float | None, str]
"""A figure to sort by and its text."""


def page(comparison: Comparison, charts: Sequence[Chart], meta: Meta) -> str:
    """Write the report.

    Args:
        charts: figures in the order of reading.

    Returns:
        One HTML document; every text in it is escaped.
    """
    site = comparison.scenario.site
    script = _part("page.js")
    hashed = base64.b64encode(bytes.fromhex(digest(script))).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hashed}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    body = "\n".join(
        [
            _header(comparison),
            "<main>",
            _cards(comparison),
            _checks(comparison),
            "<h2>Policies side by side</h2>",
            _table(comparison),
            "<h2>Figures</h2>",
            f'<div class="figures">{"".join(_figure(chart) for chart in charts)}</div>',
            "<h2>How this came about</h2>",
            _notes(comparison, meta),
            "<h2>Words</h2>",
            f"<dl>{''.join(f'<dt>{escape(w)}</dt><dd>{escape(m)}</dd>' for w, m in GLOSSARY)}</dl>",
            "</main>",
            f"<footer>Made by Wattswarm on {escape(f'{meta.created:%d %B %Y, %H:%M %Z}')}.</footer>",
        ]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(site.name)}: policies compared</title>\n"
        f"<style>\n{_part('page.css')}</style>\n</head>\n"
        f"<body>\n{body}\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _part(name: str) -> str:
    return files("wattswarm.report").joinpath(name).read_text(encoding="utf-8")


def _header(comparison: Comparison) -> str:
    scenario = comparison.scenario
    arrays = scenario.arrays
    day = local_clock(scenario.times[[0, -1]], scenario.site.location.timezone).date
    first, last = (f"{each:%d %B %Y}".lstrip("0") for each in day.astype("datetime64[D]").tolist())
    dates = first if first == last else f"{first} to {last}"
    length = f"{number(comparison.days)} day{'' if round(comparison.days) == 1 else 's'}"
    counts = [
        f"{count} {noun}{'' if count == 1 else 's'}"
        for count, noun in (
            (arrays.port_count, "port"),
            (arrays.storage_count, "storage"),
            (arrays.solar_count, "solar array"),
            (len(scenario.stays), "charging session"),
        )
        if count
    ]
    what = [scenario.site.name, f"{dates} ({length})", ", ".join(counts)]
    return (
        f"<header><p>{escape(' · '.join(text for text in what if text))}</p>"
        f"<h1>{escape(headline(comparison))}</h1></header>"
    )


def _cards(comparison: Comparison) -> str:
    items = "".join(
        f"<li><span>{escape(card.label)}</span><strong>{escape(card.value)}</strong>"
        f"<span>{escape(card.beside)}</span></li>"
        for card in cards(comparison)
    )
    return f'<ul class="cards">{items}</ul>'


def _checks(comparison: Comparison) -> str:
    if comparison.warnings:
        return (
            f'<div class="box bad"><strong>Do not trust this yet.</strong>{_list(comparison.warnings)}</div>'
        )
    beaten = " and none earned more than perfect foresight" if comparison.bound else ""
    return f'<div class="box good">Checked: no policy exceeded a limit{beaten}.</div>'


def _table(comparison: Comparison) -> str:
    shown, currency, bound = columns(comparison), comparison.scenario.site.currency, comparison.bound
    titles = ["policy", f"profit [{currency}]", f"gain [{currency}]"]
    titles += ["F", "% of bound"] if bound else []
    titles += [column.title.format(currency=currency) for column in shown]
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    body = []
    for row in comparison.rows:
        cells: list[Cell] = [(row.measures.profit, cents(row.measures.profit)), (row.gain, cents(row.gain))]
        if bound:
            cells += [(row.score, cents(row.score)), (row.percent_of_bound, tenths(row.percent_of_bound))]
        values = [column.value(row.measures) for column in shown]
        cells += [(value, column.write(value)) for value, column in zip(values, shown, strict=True)]
        mark = ' class="best"' if row is comparison.best else ""
        body.append(f"<tr{mark}>{_name(row.policy)}{''.join(_cell(*cell) for cell in cells)}</tr>")
    foot = ""
    if bound:
        cells = [(bound.profit, cents(bound.profit)), (bound.gain, cents(bound.gain))]
        cells += [(bound.score, cents(bound.score)), (100.0, tenths(100.0))]
        for column in shown:
            value = column.value(bound.measures) if bound.measures else None
            value = bound.seconds if column.title == "deciding [s]" else value
            cells.append((value, column.write(value)))
        foot = f"<tfoot><tr>{_name(BOUND_NAME)}{''.join(_cell(*cell) for cell in cells)}</tr></tfoot>"
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Policies side by side">'
        f'<table class="sortable"><thead><tr>{head}</tr></thead><tbody>{"".join(body)}</tbody>{foot}</table>'
        "</div>"
        '<p class="small">Over the whole horizon. Money earned is positive. A heading sorts; '
        "the words are explained at the end.</p>"
    )


def _name(policy: str) -> str:
    return f'<th scope="row" data-value="{escape(policy)}">{escape(policy)}</th>'


def _cell(value: float | None, text: str) -> str:
    return f'<td data-value="{"" if value is None else repr(float(value))}">{escape(text)}</td>'


def _figure(chart: Chart) -> str:
    drawing = re.sub(r"<svg", f'<svg role="img" aria-label="{escape(chart.title)}"', svg(chart), count=1)
    caption = f"<figcaption>{escape(chart.caption)}</figcaption>"
    return f"<figure><h3>{escape(chart.title)}</h3>{drawing}{caption}</figure>"


def _notes(comparison: Comparison, meta: Meta) -> str:
    scenario, bound = comparison.scenario, comparison.bound
    entries = [("What policies knew of prices", escape(REGIMES[scenario.regime]))]
    if bound:
        sure = (
            "A plan attains it in the simulated world"
            if bound.exact
            else "It is an upper limit that no plan attains"
        )
        gap = f"; the solver left a gap of {100 * bound.gap:.2g} %" if bound.gap > 0 else ""
        note = f" {bound.note}." if bound.note else ""
        entries.append(("The bound", escape(f"{sure}{gap}. Solved in {bound.seconds:.1f} s.{note}")))
    entries += [
        (title, _list(texts))
        for title, texts in (
            ("Assumptions", [*scenario.notes, *meta.notes]),
            ("Where the data comes from", meta.provenance),
        )
        if texts
    ]
    entries += [
        (title, escape(_pairs(values)))
        for title, values in (("Seeds", meta.seeds), ("Versions", meta.versions))
        if values
    ]
    if meta.command:
        entries.append(("To make it again", f"<code>{escape(meta.command)}</code>"))
    return f"<dl>{''.join(f'<dt>{escape(title)}</dt><dd>{text}</dd>' for title, text in entries)}</dl>"


def _list(texts: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"


def _pairs(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())
