"""What a site must obey as a whole: one tree, known names, vehicles that fit, prices without free money."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from wattswarm.errors import InputError
from wattswarm.site.arrays import site_arrays
from wattswarm.site.check_power import power_problems
from wattswarm.site.hints import did_you_mean, one_of
from wattswarm.site.problems import FieldPath, Problem, problems_error
from wattswarm.site.schema import Node, Site, Station, Tariff, Vehicle

_LOW, _HIGH = -1.0, 1.0


def check_site(site: Site) -> None:
    """Check a site that was made in Python rather than read from a file.

    Raises:
        InputError: the site contradicts itself (up to ten problems are listed).
    """
    problems = site_problems(site)
    if problems:
        raise problems_error(problems, site.name)


def site_problems(site: Site) -> list[Problem]:
    """Return everything that contradicts itself in a site whose fields are valid one by one."""
    tree = _name_problems(site) + _tree_problems(site.nodes) + _place_problems(site)
    power = [] if tree else power_problems(site) + _feeder_problems(site)
    return tree + power + _vehicle_problems(site) + _tariff_problems(site.tariff)


def _name_problems(site: Site) -> list[Problem]:
    problems = []
    groups: tuple[tuple[str, Sequence[Node | Station | Vehicle]], ...] = (
        ("nodes", site.nodes),
        ("stations", site.stations),
        ("vehicles", site.vehicles),
    )
    for group, members in groups:
        first: dict[str, int] = {}
        for index, member in enumerate(members):
            other = first.setdefault(member.name, index)
            if other != index:
                what = f"{group}[{other}] has the same name"
                problems.append(Problem((group, index, "name"), what, member.name, "a name of its own"))
    return problems


def _tree_problems(nodes: Sequence[Node]) -> list[Problem]:
    names = [node.name for node in nodes]
    parents = {node.name: node.parent for node in nodes}
    problems = []
    for index, node in enumerate(nodes):
        if node.parent is not None and node.parent not in parents:
            problems.append(
                Problem(
                    ("nodes", index, "parent"),
                    "no node has this name",
                    node.parent,
                    one_of(names),
                    did_you_mean(node.parent, names),
                )
            )
        elif circle := _circle(node.name, parents):
            what = "the nodes form a loop"
            shown = " -> ".join(circle)
            problems.append(
                Problem(("nodes", index, "parent"), what, shown, "a tree below the grid connection")
            )
    roots = [index for index, node in enumerate(nodes) if node.parent is None]
    expected = "one node without a parent: the grid connection"
    if not roots:
        problems.append(Problem(("nodes",), "no node is the grid connection", None, expected))
    for index in roots[1:]:
        what = f"a second node without a parent, next to {names[roots[0]]!r}"
        problems.append(Problem(("nodes", index), what, names[index], expected, "give it a parent"))
    return problems


def _circle(name: str, parents: dict[str, str | None]) -> list[str]:
    """Return the circle that a node is in, itself first and last, or nothing."""
    path = [name]
    while (above := parents.get(path[-1])) is not None and len(path) <= len(parents):
        path.append(above)
        if above == name:
            return path
    return []


def _place_problems(site: Site) -> list[Problem]:
    names = {node.name for node in site.nodes}
    return [
        Problem(
            ("stations", index, "node"),
            "no node has this name",
            station.node,
            one_of(names),
            did_you_mean(station.node, names),
        )
        for index, station in enumerate(site.stations)
        if station.node not in names
    ]


def _feeder_problems(site: Site) -> list[Problem]:
    """Find what keeps the nodes from standing on the feeder; one mistake hides the others."""
    placed = [index for index, node in enumerate(site.nodes) if node.bus is not None]
    if site.feeder is None:
        what = "the node names a bus, but the site has no feeder"
        mend = "add a feeder, or leave bus out"
        return [Problem(("nodes", at, "bus"), what, site.nodes[at].bus, mend=mend) for at in placed]
    if not placed:
        what = "no node is on the feeder, so that nothing changes its voltages"
        return [Problem(("feeder",), what, expected="a bus at some node", mend="write `bus:` at a node")]
    try:
        site_arrays(site)
    except InputError as error:
        where, _, field = error.where.partition(", ")
        name = where.removeprefix("node ")
        at = next((each for each in placed if where != "feeder" and site.nodes[each].name == name), None)
        path: FieldPath = ("feeder",) if at is None else ("nodes", at, field)
        place = f"{field}: " if at is None and field else ""
        return [Problem(path, place + error.what, error.found, error.expected, error.mend)]
    return []


def _vehicle_problems(site: Site) -> list[Problem]:
    problems = []
    fast = any(vehicle.dc_curve for vehicle in site.vehicles)
    giving = any(vehicle.v2g for vehicle in site.vehicles)
    for place, station in enumerate(site.stations):
        for row, ports in enumerate(station.ports):
            path = ("stations", place, "ports", row)
            if ports.kind == "DC" and site.vehicles and not fast:
                what = "no vehicle can use a DC port: none has a dc_curve"
                mend = "give a vehicle a dc_curve or make the port AC"
                problems.append(Problem((*path, "kind"), what, "DC", mend=mend))
            if ports.discharge_kw > 0 and not giving:
                what = "no vehicle can discharge: none has v2g"
                mend = "write `v2g: true` at a vehicle or leave discharge_kw out"
                problems.append(Problem((*path, "discharge_kw"), what, ports.discharge_kw, mend=mend))
    for index, vehicle in enumerate(site.vehicles):
        if vehicle.target_soc < vehicle.minimum_soc:
            what = "the target is below the least state of charge"
            expected = f"at least minimum_soc {vehicle.minimum_soc}"
            problems.append(Problem(("vehicles", index, "target_soc"), what, vehicle.target_soc, expected))
    return problems


def _tariff_problems(tariff: Tariff) -> list[Problem]:
    """Find the lowest market price in [-1, 1] at which a kWh sold earns more than a kWh bought costs."""
    points = [(market, _gain(tariff, market)) for market in (_LOW, 0.0, _HIGH)]
    first = None
    if points[0][1] > 1e-12:
        first = _LOW
    else:
        for (left, low), (right, high) in pairwise(points):
            if first is None and high > 1e-12:
                first = left + (right - left) * max(-low, 0.0) / (high - low)
    if first is None:
        return []
    where = "at" if first == _LOW else "above"
    return [
        Problem(
            ("tariff",),
            f"free money: export pays more than import costs {where} a market price of {first:.4g} per kWh",
            expected="an export price that never exceeds the import price for market prices from -1 to 1",
            mend="raise import_adder_per_kwh or export_fee_per_kwh, or lower export_share",
        )
    ]


def _gain(tariff: Tariff, market: float) -> float:
    """Return export price - import price at a market price, all in currency per kWh."""
    imported = market * tariff.import_multiplier + tariff.import_adder_per_kwh
    exported = market - (1 - tariff.export_share) * abs(market) - tariff.export_fee_per_kwh
    return exported - imported
