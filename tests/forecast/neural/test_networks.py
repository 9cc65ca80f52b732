"""The cell follows its equations, its gradient is right, and both directions are treated alike."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads
from numpy.typing import NDArray

from wattswarm.forecast.neural.networks import OUTPUTS, Design, Dropout, Kind, Network, Recurrent
from wattswarm.forecast.neural.recurrence import Cell, unroll

TIME, BATCH, UNITS = 5, 3, 4
DRAW = np.random.default_rng(0)
ROWS = DRAW.normal(size=(TIME, BATCH, 3))
CELL = Cell(
    DRAW.normal(size=(4, 3, UNITS)), DRAW.normal(size=(4, UNITS)), DRAW.normal(size=(4, UNITS, UNITS)) * 0.5
)
QUIET = Dropout(0.0, None)


def logistic(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-values)))


def test_the_cell_follows_its_equations() -> None:
    output = cell = np.zeros((BATCH, UNITS))
    expected = []
    for row in ROWS:
        enter, forget, leave, candidate = (
            row @ CELL.drive[at] + CELL.bias[at] + output @ CELL.weights[at] for at in range(4)
        )
        cell = logistic(forget) * cell + logistic(enter) * np.tanh(candidate)
        output = logistic(leave) * np.tanh(cell)
        expected.append(output)
    found = unroll(jnp.asarray(ROWS), jax.tree.map(jnp.asarray, CELL))
    np.testing.assert_allclose(found, np.asarray(expected), rtol=1e-6, atol=1e-9)


def test_its_gradient_is_that_of_finite_differences() -> None:
    check_grads(unroll, (jnp.asarray(ROWS), jax.tree.map(jnp.asarray, CELL)), order=1, modes=["rev"])


def test_products_of_16_bits_change_outputs_and_slopes_a_little() -> None:
    rows, cell = jax.tree.map(lambda each: jnp.asarray(each, jnp.float32), (ROWS, CELL))

    def told(half: bool) -> Any:
        return jax.value_and_grad(lambda *at: jnp.square(unroll(*at, half)).sum(), (0, 1))(rows, cell)

    for whole, short in zip(*map(jax.tree.leaves, (told(False), told(True))), strict=True):
        assert short.dtype == jnp.float32
        off = float(jnp.abs(whole - short).max() / jnp.abs(whole).max())
        assert 0.0 < off < 0.05


def test_both_directions_are_treated_alike() -> None:
    design = Design("bilstm", 2, UNITS, TIME, 3, 1, 0)
    encoder = Recurrent(jax.random.key(0), design)
    # The second layer reads both directions' outputs, so its inputs swap sides too.
    rolled = [
        eqx.tree_at(lambda way: way.drive, way, jnp.roll(way.drive, UNITS, axis=1))
        for way in encoder.layers[1]
    ]
    swapped = eqx.tree_at(lambda whole: whole.layers, encoder, [encoder.layers[0][::-1], rolled[::-1]])
    rows = jnp.asarray(DRAW.normal(size=(TIME, BATCH, 3)), jnp.float32)
    ahead, behind = encoder.outputs(rows, QUIET), swapped.outputs(rows[::-1], QUIET)
    np.testing.assert_allclose(ahead, jnp.roll(behind[::-1], UNITS, axis=-1), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("kind", ["mlp", "lstm", "bilstm", "transformer"])
def test_each_network_answers_every_step_for_each_window_by_itself(kind: Kind) -> None:
    design = Design(kind, 2, 8, TIME, 3, 4, 2)
    network = Network(jax.random.key(0), design)
    past = jnp.asarray(DRAW.normal(size=(TIME, BATCH, 3)), jnp.float32)
    ahead = jnp.asarray(DRAW.normal(size=(4, BATCH, 2)), jnp.float32)
    told = network(past, ahead, QUIET)
    assert told.shape == (4, BATCH, OUTPUTS)
    assert told.dtype == jnp.float32
    np.testing.assert_allclose(
        network(past[:, 1:2], ahead[:, 1:2], QUIET), told[:, 1:2], rtol=2e-4, atol=1e-6
    )
    moved = network(past.at[0].add(1.0), ahead, QUIET)
    assert not np.allclose(moved, told, atol=1e-7)


def test_dropout_keeps_the_mean_and_one_mask_over_time() -> None:
    values = Dropout(0.25, jax.random.key(0))(jnp.ones((TIME, 200, 50), jnp.float32), 0)
    assert abs(float(values.mean()) - 1.0) < 0.02
    np.testing.assert_array_equal(values[0], values[-1])
    assert set(np.unique(values).round(5)) == {0.0, np.float32(1 / 0.75).round(5)}
