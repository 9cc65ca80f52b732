"""The tree of limits as one matrix: net power through each board, transformer and grid connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wattswarm.errors import InputError
from wattswarm.grid.phases import Floats, phase_incidence


class LimitNode(Protocol):
    """One limit of the tree; the node without a parent is the grid connection."""

    @property
    def name(self) -> str:
        """Name, unique in the tree."""

    @property
    def parent(self) -> str | None:
        """Name of the node above."""

    @property
    def import_limit_kw(self) -> float:
        """Most net power towards the loads [kW]."""

    @property
    def export_limit_kw(self) -> float:
        """Most net power towards the grid [kW]."""

    @property
    def phase_limits(self) -> bool:
        """Whether each phase is held to a third of both limits."""


class Element(NamedTuple):
    """What draws or feeds power: the node it is connected to and its phases."""

    node: str
    phases: str = "L1L2L3"


@dataclass(frozen=True, eq=False)
class LimitRows:
    """Limits as rows: -export_limit_kw <= incidence @ net_kw <= import_limit_kw, children before parents."""

    incidence: Floats
    """Share of each element's power that counts against each limit, shape [limit, element]."""
    import_limit_kw: Floats
    """Shape [limit]."""
    export_limit_kw: Floats
    """Shape [limit]."""
    level: NDArray[np.int64]
    """Height of the row's node above its deepest leaf, ascending, shape [limit]."""
    node: NDArray[np.int64]
    """Index of the row's node, -1 for the voltage of a bus, shape [limit]."""
    names: tuple[str, ...]
    """Name of the node, with the phase for a phase limit ("north L1")."""


def limit_rows(nodes: Sequence[LimitNode], elements: Sequence[Element]) -> LimitRows:
    """Build the limits' rows from the tree of nodes.

    A node gives one row over the elements at or below it. With `phase_limits` it gives three more, one a
    phase, whose coefficients are the magnitudes of the line currents per kW (`phase_incidence`). By the
    triangle inequality such a row never lets a line carry more than its third, as long as the elements
    behind it all draw or all feed in; without line-to-line elements it is exact in both directions.

    Args:
        nodes: the tree, in any order, one root.
        elements: what hangs on it; their order is the order of the columns.

    Returns:
        Rows sorted by level (a parent's is above its children's), then in the order of the nodes.

    Raises:
        InputError: an unknown parent or node, a circle, or not exactly one root.
    """
    place = {node.name: index for index, node in enumerate(nodes)}
    paths = [_path_to_root(nodes, place, index) for index in range(len(nodes))]
    roots = [node.name for node in nodes if node.parent is None]
    if len(roots) != 1:
        raise InputError(
            "the tree of limits does not have exactly one root",
            found=", ".join(roots) or "none",
            expected="one root",
        )
    level = np.zeros(len(nodes), np.int64)
    for path in paths:
        level[path] = np.maximum(level[path], np.arange(len(path)))

    behind = np.zeros((len(nodes), len(elements)))
    for column, element in enumerate(elements):
        if element.node not in place:
            raise InputError(
                "an element is connected to an unknown node", found=element.node, expected="a node's name"
            )
        behind[paths[place[element.node]], column] = 1.0
    currents = {each: np.abs(phase_incidence(each)) for each in {element.phases for element in elements}}
    on_phase = np.array([currents[element.phases] for element in elements]).reshape(-1, 3).T

    rows: list[Floats] = []
    limits: list[tuple[float, float]] = []
    owners: list[np.int64] = []
    names: list[str] = []
    for index in np.argsort(level, kind="stable"):
        node = nodes[index]
        both = (node.import_limit_kw, node.export_limit_kw)
        rows.append(behind[index])
        limits.append(both)
        names.append(node.name)
        if node.phase_limits:
            rows.extend(behind[index] * on_phase)
            limits.extend([(both[0] / 3, both[1] / 3)] * 3)
            names.extend(f"{node.name} L{phase}" for phase in (1, 2, 3))
        owners.extend([index] * (len(rows) - len(owners)))
    import_kw, export_kw = np.array(limits, float).T.copy()
    return LimitRows(np.array(rows), import_kw, export_kw, level[owners], np.array(owners), tuple(names))


def _path_to_root(nodes: Sequence[LimitNode], place: dict[str, int], start: int) -> list[int]:
    path = [start]
    while (parent := nodes[path[-1]].parent) is not None:
        if parent not in place:
            raise InputError(
                "a node has an unknown parent",
                where=nodes[path[-1]].name,
                found=parent,
                expected="a node's name",
            )
        if len(path) == len(nodes):
            raise InputError("the nodes form a loop", where=nodes[start].name, expected="a tree")
        path.append(place[parent])
    return path
