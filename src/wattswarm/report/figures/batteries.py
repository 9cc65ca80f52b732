"""State of charge: bands over all vehicles since they plugged in, and lines of the storages."""

from __future__ import annotations

import numpy as np

from wattswarm.control import Run
from wattswarm.data import Floats
from wattswarm.report.comparison import Comparison
from wattswarm.report.figures.chart import Chart, colours, figure, plain_text
from wattswarm.report.figures.clock import local_axis, step_borders, window, window_note

LONGEST_H = 24.0
MOST_STAYS = 2000


def draw_vehicles(comparison: Comparison) -> Chart | None:
    """Draw bands of vehicles' state of charge since plug-in, a panel a policy; None without vehicles."""
    stays, arrays = comparison.scenario.stays, comparison.scenario.arrays
    if not len(stays):
        return None
    runs, paint = comparison.chosen, colours(comparison)
    lengths = (stays.end - stays.begin) * arrays.dt_h
    longest = max(min(float(np.quantile(lengths, 0.9)), LONGEST_H), float(arrays.dt_h))
    steps = round(longest / arrays.dt_h)
    hours = np.arange(steps + 1) * arrays.dt_h
    drawing = figure(0.7 + 1.55 * ((len(runs) + 1) // 2))
    grid = drawing.subplots((len(runs) + 1) // 2, min(len(runs), 2), sharex=True, sharey=True, squeeze=False)
    for axes in grid.ravel()[len(runs) :]:
        axes.set_visible(False)
    for axes, run in zip(grid.ravel(), runs, strict=False):
        bands = np.quantile(100.0 * since_plug_in(run, steps), [0.1, 0.25, 0.5, 0.75, 0.9], axis=0)
        colour = paint[run.policy]
        axes.fill_between(hours, bands[0], bands[4], color=colour, alpha=0.2, linewidth=0)
        axes.fill_between(hours, bands[1], bands[3], color=colour, alpha=0.35, linewidth=0)
        axes.plot(hours, bands[2], color=colour, linewidth=1.8)
        axes.set_title(plain_text(run.policy), fontsize=9)
        axes.set_xlim(0.0, hours[-1])
        axes.set_ylim(0.0, 100.0)
        axes.tick_params(labelbottom=True)
    drawing.supylabel("state of charge [%]", fontsize=10)
    drawing.supxlabel("hours since plug-in", fontsize=10)
    caption = (
        "The line is the median vehicle, the dark band holds the middle half, the light band eight in ten; "
        "who has left counts with the charge they left with. A steep start is charging at once; a flat one "
        "is waiting for a better price, and a dip is energy lent to the grid."
    )
    return Chart("vehicles", "State of charge of vehicles", caption, drawing)


def draw_storages(comparison: Comparison) -> Chart | None:
    """Draw the state of charge of all storages together, a line a policy; None without a storage."""
    arrays = comparison.scenario.arrays
    if not arrays.storage_count:
        return None
    runs, paint, shown = comparison.chosen, colours(comparison), window(comparison)
    ends = step_borders(comparison)[1:]
    drawing = figure(0.8 + 1.0 * len(runs))
    panels = drawing.subplots(len(runs), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
    for axes, run in zip(panels, runs, strict=True):
        energy = np.asarray(run.flows.energy_kwh, np.float64)[shown, arrays.port_count :].sum(axis=1)
        share = 100.0 * energy / arrays.storage_capacity_kwh.sum()
        axes.plot(ends, share, color=paint[run.policy], linewidth=1.4)
        axes.set_title(plain_text(run.policy))
        axes.set_ylim(0.0, 100.0)
        axes.set_yticks([0, 50, 100])
    local_axis(panels[-1], comparison)
    drawing.supylabel("state of charge [%]", fontsize=10)
    caption = (
        "All storages of the site together. A policy that uses them fills at low prices or from the sun "
        f"and empties at high ones; a flat line is a storage at rest. Local time.{window_note(comparison)}"
    )
    return Chart("storages", "State of charge of storages", caption, drawing)


def since_plug_in(run: Run, steps: int) -> Floats:
    """Return each vehicle's state of charge at the steps after plug-in.

    Args:
        run: a policy's way through a scenario.

    Returns:
        Fractions, shape [stay, steps + 1]; the last one is held after departure. At most 2000 stays,
        evenly taken.
    """
    count = len(run.scenario.stays)
    stays = run.scenario.stays.take(
        np.unique(np.linspace(0, count - 1, min(count, MOST_STAYS)).astype(np.int64))
    )
    at = np.minimum(stays.begin[:, None] + np.arange(steps), stays.end[:, None] - 1)
    energy = np.asarray(run.flows.energy_kwh, np.float64)[at, stays.port[:, None]]
    path = np.concatenate([stays.arrival_kwh[:, None], energy], axis=1)
    return path / stays.capacity_kwh[:, None]
