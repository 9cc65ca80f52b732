"""The written page of the study: tables, figures, and what the printed system cannot learn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wattswarm.evaluate import interval
from wattswarm.papers.experiment import bullets, image, made_with, table
from wattswarm.papers.p004_peers.study.design import ENTRIES, LITERAL, SOUND
from wattswarm.papers.p004_peers.study.figures import before_and_after, final_batteries, habits, heat_map
from wattswarm.papers.p004_peers.study.judging import CHANCE, RULE, UNCONTROLLED, Findings, Judged
from wattswarm.papers.p004_peers.world import ACTIONS, HOURS
from wattswarm.report.figures import Chart

_MEANING = """The paper gives the number of vehicles, the rates of learning and of exploration, and nothing of
batteries,
prices, pay, state or what its performance is; `wattswarm.papers.p004_peers.world` says what we took. F
divides what a way to decide earns beyond charging at once by what perfect foresight earns beyond it: the
bound is an exact linear program of all vehicles together, and its plan, replayed, earns its value. The
index is 0.4 times the charge at departure (as a share of floor and trip), 0.4 times one less wear (over
that of giving every battery once) and 0.2 times F."""


def charts(found: Findings) -> list[Chart]:
    printed = found.trained[LITERAL.folder]
    table = np.asarray(printed.policy(printed.seeds[0]).table)[:, 0, :]
    shown = [found.row(label) for label in (CHANCE, LITERAL.label, SOUND.label)]
    parts = [(row.label, components(found, row)) for row in (*shown, found.row(RULE))]
    return [
        heat_map(table),
        habits(found.habits[SOUND.folder]),
        final_batteries(shown),
        before_and_after(parts),
    ]


def components(found: Findings, row: Judged) -> tuple[float, float, float]:
    """Return charge at departure, one less wear, and F, means of seeds and days."""
    return float(row.adequacy.mean()), float(1.0 - row.wear.mean()), float(found.score(row).mean())


def page(found: Findings, drawn: Sequence[Chart]) -> list[str]:
    """Return the page's sections, figures among them."""
    design = found.design
    return [
        "# Paper 004: fifty vehicles that charge, discharge, idle, sell and buy",
        f"{design.settings.vehicles} vehicles, days of {HOURS} hours, {design.episodes:,} episodes of "
        f"learning, {design.seeds} seeds, judged on {design.days} days that nobody learned from "
        f"({made_with()}).",
        _MEANING,
        _table(found),
        _training_times(found),
        _findings(found),
        *map(image, drawn),
    ]


def _table(found: Findings) -> str:
    rows = [("perfect foresight", "", "", f"{found.bound.mean():,.1f}", "1.000", "", "", "")]
    for row in sorted(found.rows, key=lambda row: -float(found.score(row).mean())):
        score = found.score(row)
        spread = ""
        if len(score) > 1:
            found_in = interval(score[:, None], np.random.default_rng(0))
            spread = f" [{found_in.low:.3f}, {found_in.high:.3f}]"
        ready, spared, _ = components(found, row)
        rows.append(
            (
                row.label,
                f"{ready:.3f}",
                f"{spared:.3f}",
                f"{row.worth.mean():,.1f}",
                f"{score.mean():.3f}{spread}",
                f"{found.index(row).mean():.1f}",
                f"{row.trades.mean():,.0f}",
                f"{row.traded_kwh.mean():,.0f}",
            )
        )
    heads = ("decides", "charge at departure", "1 - wear", "EUR a day", "F", "index", "orders matched")
    return table((*heads, "kWh traded"), rows)


def _training_times(found: Findings) -> str:
    spent = {
        each.label: found.trained[each.folder].records[-1].cpu_s / found.design.seeds for each in ENTRIES
    }
    seconds = ", ".join(f"{label} {cpu_s:.1f}" for label, cpu_s in spent.items())
    return f"A row is a mean day of all vehicles. Processor seconds of a seed: {seconds}."


def _findings(found: Findings) -> str:
    chance, sound = found.row(CHANCE), found.row(SOUND.label)
    ready, spared, score = (
        100.0 * (after - before)
        for before, after in zip(components(found, chance), components(found, sound), strict=True)
    )
    one, several = (found.habits[each.folder].choices for each in (LITERAL, SOUND))
    idling = found.habits[LITERAL.folder].taken[ACTIONS.index("idle")]
    tariff, refill = found.design.settings.tariff, found.design.settings.refill_price
    rule, idle = found.score(found.row(RULE)).mean(), found.index(found.row(UNCONTROLLED)).mean()
    said = (
        f"Against chance the mended tables gain {ready:.1f} points of charge at departure, {spared:.1f} of "
        f"wear spared and {score:.0f} of F.",
        f"As printed a vehicle has one row of values and no state: over all held-out days none takes more "
        f"than {one.max():.0f} of the five actions, whatever its battery holds, and {idling:.0%} of what "
        "they choose is to idle: points for filling the empty and emptying the full cancel where the battery "
        f"is not seen. The mended ones take {several.min():.0f} to {several.max():.0f}.",
        f"To give a kWh and buy it back costs {refill:.3f} EUR with losses and wear. The grid pays "
        f"{tariff.feed_in:.2f}, so discharging to it never pays; others pay up to {max(tariff.slots):.2f} at "
        "peak, and orders match where somebody leaves before the cheap hours.",
        f"The rule `{RULE}`, which knows when a vehicle leaves, stands at F = {rule:.3f}. The index of "
        f"`{UNCONTROLLED}` is {idle:.0f}: full batteries, which the paper counts as enhancement, do not tell "
        "a good day from a dear one.",
    )
    return bullets(said)
