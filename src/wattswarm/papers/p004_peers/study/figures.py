"""The study's figures, after the paper's 7 to 9: what tables say, final batteries, before and after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from wattswarm.papers.experiment import canvas
from wattswarm.papers.p004_peers.study.judging import Habits, Judged
from wattswarm.papers.p004_peers.world import ACTIONS
from wattswarm.papers.p004_peers.world.settings import FIRST_HOUR
from wattswarm.report.figures import INK, PLAIN, POLICY_COLOURS, Chart


def heat_map(table: Float[np.ndarray, "vehicle action"]) -> Chart:
    """Draw the printed table's values of the actions, a row a vehicle, as the paper's figure 7 does."""
    with canvas(4.2) as (drawn, axes):
        image = axes.imshow(table, aspect="auto", cmap="viridis", interpolation="nearest")
        axes.set_xticks(range(len(ACTIONS)), ACTIONS)
        axes.set_ylabel("vehicle")
        axes.grid(visible=False)
        drawn.colorbar(image, ax=axes, label="value")
    return Chart(
        "values",
        "Values as printed",
        "One row a vehicle: whatever its battery, the same action is best.",
        drawn,
    )


def habits(found: Habits) -> Chart:
    """Draw how often mended tables take each action, by state of charge and hour."""
    with canvas(6.2, len(ACTIONS)) as (drawn, rows):
        for axes, name, share in zip(rows, ACTIONS, found.share, strict=True):
            image = axes.imshow(
                share, origin="lower", aspect="auto", cmap="Blues", vmin=0, vmax=1, extent=(0, 24, 0, 100)
            )
            axes.set_title(name)
            axes.set_yticks([0, 50, 100])
            axes.grid(visible=False)
        hours = range(0, 25, 6)
        rows[-1].set_xticks(hours, [str((FIRST_HOUR + hour) % 24) for hour in hours])
        rows[-1].set_xlabel("hour of the day")
        drawn.supylabel("state of charge, %", fontsize=10)
        drawn.colorbar(image, ax=list(rows), label="share of visits", shrink=0.5)
    return Chart(
        "habits", "What mended tables do", "Held-out days of the first seed; white was never visited.", drawn
    )


def final_batteries(rows: Sequence[Judged]) -> Chart:
    """Draw every vehicle's state of charge at the end of the first held-out day, the paper's figure 8."""
    with canvas(3.2) as (drawn, axes):
        for row, colour in zip(rows, POLICY_COLOURS, strict=False):
            axes.plot(100.0 * np.sort(row.end), color=colour, marker=".", linewidth=1.0, label=row.label)
        axes.set_xlabel("vehicles, the emptiest first")
        axes.set_ylabel("state of charge, %")
        axes.set_ylim(0, 102)
        axes.legend()
    return Chart("batteries", "Batteries at the end of a day", "A full battery is not yet a good day.", drawn)


def before_and_after(parts: Sequence[tuple[str, Sequence[float]]]) -> Chart:
    """Draw the components of the index of each way to decide, the paper's figure 9 taken apart."""
    names = ("charge at departure", "1 - wear", "F")
    with canvas(3.4) as (drawn, axes):
        width = 0.8 / len(parts)
        for at, ((label, values), colour) in enumerate(zip(parts, (PLAIN, *POLICY_COLOURS), strict=False)):
            axes.bar(
                np.arange(3) + (at - (len(parts) - 1) / 2) * width, values, width, label=label, color=colour
            )
        axes.axhline(0.0, color=INK, linewidth=0.8)
        axes.set_xticks(range(3), names)
        axes.grid(axis="x", visible=False)
        axes.legend()
    return Chart("components", "Before and after", "Means of seeds and held-out days; 1 is the best.", drawn)
