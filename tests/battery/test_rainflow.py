"""Streaming rainflow against its laws and against the `rainflow` package."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray
from tests.battery.conftest import arbitrage_storage, commute_with_v2g, random_walk, shrinking_spiral

from wattswarm.battery import xu
from wattswarm.battery.rainflow import Cycles, Rainflow, push, residual, start

Counted = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


@jax.jit
def _count(values: jax.Array) -> tuple[Rainflow, Cycles, Cycles]:
    state, closed = jax.lax.scan(push, start(values[0]), values[1:])
    return state, closed, residual(state)


def _counted(values: NDArray[np.float64]) -> Counted:
    """Depths, means and weights of all cycles of a trace, padding left out."""
    _, closed, still_open = _count(jnp.asarray(values))
    depth, mean, weight = (
        np.concatenate([np.asarray(a).ravel(), np.asarray(b).ravel()])
        for a, b in zip(closed, still_open, strict=True)
    )
    counts = weight > 0
    return depth[counts], mean[counts], weight[counts]


def _padded(values: list[float], length: int = 64) -> NDArray[np.float64]:
    """A trace of one fixed length, its last value repeated, so that it compiles once."""
    return np.array(values + values[-1:] * (length - len(values)))


stress_of = jax.jit(xu.cycle_stress)


def _stress(*cycles: NDArray[np.float64]) -> float:
    """Stress of a set of cycles, padded to one length so that it compiles once."""
    return float(stress_of(Cycles(*(np.pad(column, (0, 2048 - len(column))) for column in cycles))))


trace_values = st.lists(st.integers(0, 20), min_size=2, max_size=64).map(lambda v: [x / 20 for x in v])


@given(trace_values)
@settings(max_examples=150, deadline=None)
def test_cycles_account_for_exactly_the_path_that_was_travelled(values: list[float]) -> None:
    path = _padded(values)
    depth, _, weight = _counted(path)
    assert 2 * (weight * depth).sum() == pytest.approx(np.abs(np.diff(path)).sum(), abs=1e-12)


@given(trace_values)
@settings(max_examples=150, deadline=None)
def test_no_cycle_is_deeper_than_the_range_and_the_deepest_is_the_range(values: list[float]) -> None:
    path = _padded(values)
    depth, mean, _ = _counted(path)
    span = path.max() - path.min()
    assert depth.size == 0 or depth.max() <= span + 1e-12
    assert np.all(mean - depth / 2 >= path.min() - 1e-12)
    assert np.all(mean + depth / 2 <= path.max() + 1e-12)


@given(trace_values, st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_standing_still_changes_nothing(values: list[float], repeats: int) -> None:
    values = values[:16]
    stretched = [v for v in values for _ in range(repeats)]
    for a, b in zip(_counted(_padded(values)), _counted(_padded(stretched)), strict=True):
        np.testing.assert_allclose(np.sort(a), np.sort(b), atol=1e-12)


@given(trace_values)
@settings(max_examples=60, deadline=None)
def test_counting_is_the_same_upside_down(values: list[float]) -> None:
    up, down = _counted(_padded(values)), _counted(_padded([1 - v for v in values]))
    np.testing.assert_allclose(np.sort(up[0]), np.sort(down[0]), atol=1e-12)
    np.testing.assert_allclose(np.sort(up[2]), np.sort(down[2]))


def test_the_example_of_the_standard_is_counted_as_printed() -> None:
    # ASTM E1049-85, figure 6: A..I = -2, 1, -3, 5, -1, 3, -4, 4, -2.
    depth, _, weight = _counted(np.array([-2.0, 1, -3, 5, -1, 3, -4, 4, -2]))
    table: dict[float, float] = {}
    for size, count in zip(depth, weight, strict=True):
        table[float(size)] = table.get(float(size), 0.0) + float(count)
    assert table == {3.0: 0.5, 4.0: 1.5, 6.0: 0.5, 8.0: 1.0, 9.0: 0.5}


TRACES = {
    **{f"random walk {seed}": random_walk(np.random.default_rng(seed), 1440) for seed in range(6)},
    "commute with V2G": commute_with_v2g(np.random.default_rng(3), 60),
    "arbitrage storage": arbitrage_storage(np.random.default_rng(4), 60),
}


@pytest.mark.parametrize("name", TRACES)
def test_stress_agrees_with_unbounded_rainflow_within_half_a_percent(name: str) -> None:
    peer = pytest.importorskip("rainflow")
    theirs = np.array([cycle[:3] for cycle in peer.extract_cycles(TRACES[name].tolist())])
    assert _stress(*_counted(TRACES[name])) == pytest.approx(_stress(*theirs.T), rel=5e-3)


def test_without_overflow_every_cycle_is_that_of_unbounded_rainflow() -> None:
    peer = pytest.importorskip("rainflow")
    values = np.random.default_rng(5).integers(0, 5, 300) / 4
    theirs = np.array(sorted(cycle[:3] for cycle in peer.extract_cycles(values.tolist())))
    ours = np.array(sorted(zip(*_counted(values), strict=True)))
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_a_full_stack_still_accounts_for_the_whole_path_and_keeps_the_deep_swings() -> None:
    values = shrinking_spiral(30)
    depth, _, weight = _counted(values)
    swings = np.abs(np.diff(values))
    assert 2 * (weight * depth).sum() == pytest.approx(swings.sum(), abs=1e-12)
    np.testing.assert_allclose(np.sort(depth[weight == 0.5])[::-1][:6], swings[:6], atol=1e-12)
    assert int(_count(jnp.asarray(values))[0].size) <= 8


def test_a_fleet_counts_like_each_battery_alone() -> None:
    fleet = np.stack([random_walk(np.random.default_rng(seed), 200) for seed in range(3)])
    together = jax.vmap(_count)(jnp.asarray(fleet))
    leading, _, _ = _count(jnp.asarray(fleet.T))
    for battery in range(3):
        alone = _count(jnp.asarray(fleet[battery]))
        jax.tree.map(lambda a, b, i=battery: np.testing.assert_allclose(a[i], b, atol=1e-12), together, alone)
        np.testing.assert_allclose(leading.points[battery], alone[0].points, atol=1e-12)


def test_single_precision_stays_single_and_close() -> None:
    values = TRACES["commute with V2G"][:400]
    state, closed, still_open = _count(jnp.asarray(values, jnp.float32))
    assert state.points.dtype == closed.depth.dtype == closed.weight.dtype == still_open.mean.dtype
    assert state.points.dtype == jnp.float32
    single = stress_of(closed).sum() + stress_of(still_open)
    assert float(single) == pytest.approx(_stress(*_counted(values)), rel=1e-4)


def test_a_battery_that_never_moves_has_no_cycles() -> None:
    depth, _, _ = _counted(np.full(5, 0.4))
    assert depth.size == 0
