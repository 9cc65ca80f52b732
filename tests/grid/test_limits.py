"""Limits of the tree as rows."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, strategies as st

from wattswarm.errors import InputError
from wattswarm.grid import Element, limit_rows, line_currents

WYE = ("L1", "L2", "L3", "L1L2L3")
ALL = (*WYE, "L1L2", "L2L3", "L3L1")


@dataclass(frozen=True)
class Limit:
    name: str
    parent: str | None
    import_limit_kw: float = 90.0
    export_limit_kw: float = 30.0
    phase_limits: bool = False


@st.composite
def trees(draw):
    """A random tree in random order, with elements anywhere on it."""
    count = draw(st.integers(1, 12))
    nodes = [Limit("n0", None)]
    nodes += [Limit(f"n{i}", f"n{draw(st.integers(0, i - 1))}") for i in range(1, count)]
    names = st.sampled_from([node.name for node in nodes])
    elements = draw(st.lists(st.builds(Element, names, st.sampled_from(ALL)), max_size=10))
    return draw(st.permutations(nodes)), elements


@given(trees())
def test_a_limit_covers_its_own_elements_and_those_of_its_children(tree):
    nodes, elements = tree
    rows = limit_rows(nodes, elements)
    row = {name: rows.incidence[index] for index, name in enumerate(rows.names)}
    for node in nodes:
        own = np.array([element.node == node.name for element in elements], float)
        below = sum(
            (row[child.name] for child in nodes if child.parent == node.name), np.zeros(len(elements))
        )
        np.testing.assert_allclose(row[node.name], own + below, atol=1e-12)


@given(trees())
def test_children_come_before_their_parents_and_the_root_last(tree):
    nodes, elements = tree
    rows = limit_rows(nodes, elements)
    level = dict(zip(rows.names, rows.level, strict=True))
    assert all(level[node.name] < level[node.parent] for node in nodes if node.parent)
    assert (np.diff(rows.level) >= 0).all()
    assert rows.names[-1] == "n0"
    assert rows.level[0] == 0
    assert [nodes[index].name for index in rows.node] == list(rows.names)


def _most_amps(voltage_v, kw=90.0):
    return kw * 1e3 / 3 / voltage_v


@given(
    st.lists(st.tuples(st.sampled_from(ALL), st.floats(0.01, 40)), min_size=1, max_size=8),
    st.sampled_from([-1.0, 1.0]),
)
def test_loads_of_one_direction_that_fill_a_phase_row_never_exceed_the_exact_line_current(loads, direction):
    node = Limit("site", None, 90.0, 90.0, phase_limits=True)
    phases = [phase for phase, _ in loads]
    rows = limit_rows([node], [Element("site", phase) for phase in phases])
    kw = np.array([power for _, power in loads])
    kw *= (rows.import_limit_kw / np.maximum(rows.incidence @ kw, 1e-9)).min()
    amps = np.abs(line_currents(direction * kw, phases))
    assert (amps <= _most_amps(230.0) * (1 + 1e-9)).all()


@given(st.lists(st.tuples(st.sampled_from(WYE), st.floats(-40, 40)), min_size=1, max_size=8))
def test_phase_rows_are_exact_in_both_directions_without_line_to_line_loads(loads):
    node = Limit("site", None, phase_limits=True)
    phases, kw = [phase for phase, _ in loads], np.array([power for _, power in loads])
    rows = limit_rows([node], [Element("site", phase) for phase in phases])
    exact = np.abs(line_currents(kw, phases, voltage_v=1e3))
    assert np.abs(rows.incidence[1:] @ kw) == pytest.approx(exact, abs=1e-9)


def test_a_node_with_phase_limits_holds_each_phase_to_a_third():
    nodes = [Limit("grid", None), Limit("board", "grid", 60.0, 12.0, phase_limits=True)]
    rows = limit_rows(nodes, [Element("board", "L2"), Element("grid")])
    assert rows.names == ("board", "board L1", "board L2", "board L3", "grid")
    assert rows.import_limit_kw == pytest.approx([60, 20, 20, 20, 90])
    assert rows.export_limit_kw == pytest.approx([12, 4, 4, 4, 30])
    assert rows.incidence[:, 0] == pytest.approx([1, 0, 1, 0, 1])
    assert rows.incidence[:, 1] == pytest.approx([0, 0, 0, 0, 1])
    assert list(rows.level) == [0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("nodes", "element", "message"),
    [
        ([Limit("a", None), Limit("b", "c")], "a", "unknown parent"),
        ([Limit("r", None), Limit("a", "b"), Limit("b", "a")], "r", "loop"),
        ([Limit("a", "a")], "a", "loop"),
        ([Limit("a", None), Limit("b", None)], "a", "one root"),
        ([Limit("a", None)], "z", "unknown node"),
    ],
)
def test_what_is_no_tree_is_refused(nodes, element, message):
    with pytest.raises(InputError, match=message):
        limit_rows(nodes, [Element(element)])
