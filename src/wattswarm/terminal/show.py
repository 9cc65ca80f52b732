"""What commands print for people: paragraphs, what is at work, tables of policies."""

from __future__ import annotations

import textwrap
from contextlib import AbstractContextManager, nullcontext

from rich.console import Console
from rich.table import Table


def console_for(json: bool) -> Console:
    """Return where people read: standard output, or standard error when JSON goes to the former."""
    return Console(stderr=json)


def say(console: Console, text: str, *, indent: int = 4, style: str | None = None) -> None:
    """Print one paragraph: on a terminal wrapped, its later lines indented, elsewhere on one line."""
    lines = [text]
    if console.is_terminal and len(text) > console.width:
        lines = textwrap.wrap(
            text,
            console.width,
            initial_indent=text[: len(text) - len(text.lstrip())],
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    for line in lines:
        console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)


def busy(console: Console, text: str) -> AbstractContextManager[object]:
    """Return a context that shows on a terminal what is at work, and nothing elsewhere."""
    return console.status(text) if console.is_terminal else nullcontext()


def policy_table(titles: list[str]) -> Table:
    """Return an empty table with a policy a row, whose names are never cut short."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1))
    table.add_column("policy", overflow="fold")
    for title in titles:
        table.add_column(title, justify="right", no_wrap=True)
    return table


def money(amount: float) -> str:
    """Return an amount in at most eight signs up to ten millions: cents only where they tell something."""
    return f"{amount:.2f}" if abs(amount) < 10_000 else f"{amount:.0f}"
