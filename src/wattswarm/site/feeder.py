"""A site on a feeder: the bus of every node, and the voltage band as limits on what the elements draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattswarm.errors import InputError, no_such
from wattswarm.grid import Element, Feeder, LimitRows, ieee33, radial_feeder, voltage_rows
from wattswarm.site.schema import Feeder as FeederPart, Node

CASES: Final = {"ieee33": ieee33}
"""Published feeders by name; their buses are numbered from 1."""


def feeder_of(part: FeederPart) -> tuple[Feeder, tuple[str, ...]]:
    """Return a site's feeder and the names of its buses, the substation first.

    Raises:
        InputError: the lines do not form a tree, or a bus has two of them.
    """
    if part.case is not None:
        feeder = CASES[part.case]()
        names = tuple(str(bus + 1) for bus in range(len(feeder.parent)))
        return replace(feeder, source_pu=part.source_pu), names
    fed = [line.bus for line in part.lines]
    if len(set(fed)) < len(fed):
        raise InputError(
            "a bus is fed by two lines",
            where="feeder, lines",
            found=next(bus for bus in fed if fed.count(bus) > 1),
            expected="a radial feeder: one line into each bus",
            mend="leave out the line that is normally open",
        )
    roots = sorted({line.fed_from for line in part.lines} - set(fed))
    if len(roots) != 1:
        raise InputError(
            "the feeder has no single substation",
            where="feeder, lines",
            found=", ".join(roots) or "every bus is fed by another",
            expected="one bus that feeds others and that no line leads to",
            mend="correct `bus` and `fed_from` so that every line leads away from the substation",
        )
    names = (roots[0], *fed)
    above, reached = {line.bus: line.fed_from for line in part.lines}, {roots[0]}
    for _ in fed:
        reached |= {bus for bus, source in above.items() if source in reached}
    if len(reached) < len(names):
        raise InputError(
            "lines form a ring that the substation does not feed",
            where="feeder, lines",
            found=", ".join(f"{bus} fed from {above[bus]}" for bus in fed if bus not in reached),
            expected=f"a way from {roots[0]} to every bus",
            mend="feed one bus of the ring from outside it",
        )
    columns = np.array(
        [(line.resistance_ohm, line.reactance_ohm, line.load_kw, line.load_kvar) for line in part.lines]
    )
    resistance, reactance, active, reactive = np.vstack([np.zeros((1, 4)), columns]).T
    feeder = radial_feeder(
        [-1, *(names.index(line.fed_from) for line in part.lines)],
        resistance,
        reactance,
        base_kv=part.base_kv or 0.0,
        source_pu=part.source_pu,
        base_p_kw=active,
        base_q_kvar=reactive,
    )
    return feeder, names


def bus_of_nodes(nodes: Sequence[Node], buses: Sequence[str]) -> dict[str, int]:
    """Return the bus of each node: its own, else its parent's, else the substation.

    Raises:
        InputError: a node is on a bus that the feeder does not have.
    """
    by_name = {node.name: node for node in nodes}
    found = {}
    for node in nodes:
        above: Node | None = node
        while above is not None and above.bus is None:
            above = by_name.get(above.parent) if above.parent is not None else None
        if above is None or above.bus is None:
            found[node.name] = 0
        elif above.bus in buses:
            found[node.name] = buses.index(above.bus)
        else:
            where = f"node {above.name}, bus"
            raise no_such("the feeder has no such bus", where=where, found=above.bus, known=buses)
    return found


def rows_on_feeder(elements: Sequence[Element], buses: dict[str, int], count: int) -> NDArray[np.float64]:
    """Return which element hangs on which bus, shape [bus, element]."""
    rows = np.zeros((count, len(elements)))
    rows[[buses[element.node] for element in elements], range(len(elements))] = 1.0
    return rows


def with_voltage_limits(
    limits: LimitRows, part: FeederPart, feeder: Feeder, names: Sequence[str], rows: NDArray[np.float64]
) -> LimitRows:
    """Add the voltage band to the limits of a site, as a level below the grid connection.

    A bus's row counts each element by how much it lowers the voltage there, against a kW on the bus itself:
    its limits are the kW there that would bring the voltage to the end of the band, without losses
    (LinDistFlow) and with what the feeder itself always feeds. Elements draw no reactive power.

    Args:
        rows: which element hangs on which bus, shape [bus, element].

    Returns:
        All limits; names of the new ones are such as "voltage at bus 18".

    Raises:
        InputError: the feeder's own load leaves the band by itself.
    """
    band = voltage_rows(
        feeder, minimum_pu=part.minimum_pu, maximum_pu=part.maximum_pu, margin_pu=part.margin_pu
    )
    drop = np.split(band.matrix, 2)[0]
    per_kw = np.diagonal(drop[:, 1:])
    counts = np.flatnonzero((per_kw > 0) & ((drop @ rows) > 0).any(axis=1))
    import_kw, export_kw = (half[counts] / per_kw[counts] for half in np.split(band.bound, 2))
    counted = [names[at + 1] for at in counts.tolist()]
    for bus, low, high in zip(counted, import_kw, export_kw, strict=True):
        if low < 0 or high < 0:
            raise InputError(
                "the feeder's own load takes the voltage out of its band before the site draws anything",
                where=f"feeder, bus {bus}",
                found=f"more than {'maximum_pu' if high < 0 else 'minimum_pu and the margin'} allows",
                expected=f"{part.minimum_pu} (and {part.margin_pu} for losses) to {part.maximum_pu} pu",
                mend="widen the band, set source_pu, or lower the loads of the lines",
            )
    highest = limits.level.max()
    top = int(np.argmax(limits.level == highest))
    own = [f"voltage at bus {bus}" for bus in counted]

    def joined(old: NDArray[np.float64], new: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([old[:top], new, old[top:]])

    return LimitRows(
        incidence=joined(limits.incidence, (drop[counts] / per_kw[counts, None]) @ rows),
        import_limit_kw=joined(limits.import_limit_kw, import_kw),
        export_limit_kw=joined(limits.export_limit_kw, export_kw),
        level=np.r_[limits.level[:top], np.full(len(own), highest), limits.level[top:] + 1],
        node=np.r_[limits.node[:top], np.full(len(own), -1), limits.node[top:]],
        names=(*limits.names[:top], *own, *limits.names[top:]),
    )
