"""Powers that cannot stand together: loads or fallback currents above a limit, phases that no row holds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wattswarm.grid import Element, LimitRows, limit_rows
from wattswarm.site.problems import FieldPath, Problem
from wattswarm.site.schema import Site, Station

_MOST_CELLS = 50_000_000
_LINE_TO_LINE = ("L1L2", "L2L3", "L3L1")


def power_problems(site: Site) -> list[Problem]:
    """Return what the limits of a site's nodes forbid, whatever a policy does."""
    return _size_problems(site) or (
        _storage_problems(site) + _load_problems(site) + _minimum_problems(site) + _phase_problems(site)
    )


def _size_problems(site: Site) -> list[Problem]:
    ports = sum(row.count for station in site.stations for row in station.ports)
    limits = sum(4 if node.phase_limits else 1 for node in site.nodes)
    if (ports + 3 * len(site.stations)) * limits <= _MOST_CELLS:
        return []
    what = "the site is too large to compute as one"
    found = f"{ports} ports behind {limits} limits"
    return [Problem(("stations",), what, found, f"ports times limits up to {_MOST_CELLS:,}", "split it")]


def _storage_problems(site: Site) -> list[Problem]:
    return [
        Problem(
            ("stations", index, "storage"),
            "the storage has no energy to use: its SoC window is empty",
            f"minimum_soc = maximum_soc = {station.storage.maximum_soc}",
            "minimum_soc < maximum_soc",
        )
        for index, station in enumerate(site.stations)
        if station.storage and station.storage.minimum_soc == station.storage.maximum_soc
    ]


def _load_problems(site: Site) -> list[Problem]:
    """Base load and demand must fit under every limit by themselves: no policy can switch them off."""
    rows = limit_rows(site.nodes, [Element(station.node) for station in site.stations])
    means = [
        (station.base_load.mean_kw if station.base_load else 0.0)
        + (station.demand.mean_kw if station.demand else 0.0)
        for station in site.stations
    ]
    what = "base load and demand alone are above the import limit on average"
    return _overloads(site, rows, np.array(means), what, "raise the limit or lower mean_kw")


def _minimum_problems(site: Site) -> list[Problem]:
    """The fallback when control is lost gives every port its minimum: all of them must fit at once."""
    ports = [(station.node, row) for station in site.stations for row in station.ports]
    rows = limit_rows(site.nodes, [Element(node, row.phases) for node, row in ports])
    minima = np.array([row.count * row.minimum_kw for _, row in ports])
    what = "the minimum powers of all ports behind this node are above its import limit"
    return _overloads(site, rows, minima, what, "raise the limit, lower minimum_kw or take ports away")


def _overloads(site: Site, rows: LimitRows, kw: NDArray[np.float64], what: str, mend: str) -> list[Problem]:
    """Return a problem for each node whose own or phase limit the given powers exceed, at its worst row."""
    excess = rows.incidence @ kw - rows.import_limit_kw
    problems = []
    for index in range(len(site.nodes)):
        own = np.flatnonzero(rows.node == index)
        worst = own[np.argmax(excess[own])]
        limit = rows.import_limit_kw[worst]
        if excess[worst] > limit * 1e-9:
            path: FieldPath = ("nodes", index, "import_limit_kw")
            found = f"{limit + excess[worst]:.6g} kW through {rows.names[worst]}"
            problems.append(Problem(path, what, found, f"at most {limit:.6g} kW", mend))
    return problems


def _phase_problems(site: Site) -> list[Problem]:
    """Refuse line-to-line ports together with feed-in behind a phase limit.

    Their currents are 30 degrees apart, so that one does not cancel the other as the limit's row assumes.
    """
    rows = limit_rows(site.nodes, [Element(station.node) for station in site.stations])
    feeding = np.array([_feeds_in(station) for station in site.stations])
    skewed = np.array([any(row.phases in _LINE_TO_LINE for row in each.ports) for each in site.stations])
    problems = []
    for index, node in enumerate(site.nodes):
        below = rows.incidence[np.argmax(rows.node == index)] > 0
        if node.phase_limits and (below & feeding).any() and (below & skewed).any():
            what = "phase limits cannot be held with line-to-line ports and feed-in behind the same node"
            mend = "give the line-to-line ports a node of their own with phase_limits, and this one none"
            problems.append(Problem(("nodes", index, "phase_limits"), what, "true", mend=mend))
    return problems


def _feeds_in(station: Station) -> bool:
    return bool(station.storage or station.solar) or any(row.discharge_kw > 0 for row in station.ports)
