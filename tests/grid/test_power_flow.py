"""Fixed-point power flow against power-grid-model, its balance and its gradient."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.typing import NDArray

from wattswarm.grid import Feeder, LineFlows, Voltages, ieee33, line_flows, power_flow, radial_feeder

Floats = NDArray[np.float64]

flow = jax.jit(power_flow, static_argnames="iterations")
flows_of = jax.jit(line_flows)

# Voltage magnitudes [pu] by power-grid-model 1.12.110, Newton-Raphson to 1e-13: all loads as published,
# and all loads turned to feed back 60 % of them.
# fmt: off
AT_FULL_LOAD = (
    1.000000000000, 0.997032259729, 0.982937983396, 0.975456413221, 0.968059232356, 0.949658177396,
    0.946172613505, 0.941328437218, 0.935059372180, 0.929244422592, 0.928384417163, 0.926884836746,
    0.920771747552, 0.918504992769, 0.917092680117, 0.915724760079, 0.913697546157, 0.913090479361,
    0.996503895655, 0.992926299531, 0.992221795821, 0.991584376858, 0.979352257336, 0.972681100969,
    0.969356112454, 0.947728910132, 0.945165164233, 0.933725580913, 0.925507478359, 0.921950057873,
    0.917788887088, 0.916873465734, 0.916589822134,
)
AT_60_PERCENT_FEED_IN = (
    1.000000000000, 1.001641352210, 1.009364117736, 1.013384281951, 1.017344411937, 1.027169882117,
    1.029030037972, 1.031618452602, 1.034938126697, 1.038012002780, 1.038466440983, 1.039257760622,
    1.042472369373, 1.043662620159, 1.044403147176, 1.045119963348, 1.046180894279, 1.046498691074,
    1.001954822696, 1.004074217306, 1.004491434589, 1.004868771238, 1.011421638663, 1.015244814698,
    1.017145824384, 1.028193780419, 1.029551983641, 1.035610880287, 1.039960007090, 1.041840257566,
    1.044031773634, 1.044513789924, 1.044663105231,
)
# fmt: on


@pytest.fixture(scope="module")
def feeder() -> Feeder:
    return ieee33()


@pytest.fixture(scope="module")
def solved(feeder: Feeder) -> tuple[Voltages, LineFlows]:
    voltages = flow(feeder, feeder.base_p_kw, feeder.base_q_kvar)
    return voltages, flows_of(feeder, voltages, feeder.base_p_kw, feeder.base_q_kvar)


def _by_power_grid_model(feeder: Feeder, share: float) -> Floats:
    """Voltage magnitudes [pu] by Newton-Raphson."""
    peer = pytest.importorskip("power_grid_model")
    n = len(feeder.parent)
    ohm = feeder.base_kv**2 * 1000 / feeder.base_kva

    def rows(component: str, size: int, **columns: object) -> object:
        table = peer.initialize_array("input", component, size)
        for name, values in columns.items():
            table[name] = values
        return table

    lines = {
        "from_node": feeder.parent[1:],
        "to_node": np.arange(1, n),
        "from_status": 1,
        "to_status": 1,
        "r1": np.asarray(feeder.resistance_pu)[1:] * ohm,
        "x1": np.asarray(feeder.reactance_pu)[1:] * ohm,
        "c1": 0.0,
        "tan1": 0.0,
        "i_n": 1000.0,
    }
    loads = {
        "node": np.arange(n),
        "status": 1,
        "type": peer.LoadGenType.const_power,
        "p_specified": share * np.asarray(feeder.base_p_kw) * 1000,
        "q_specified": share * np.asarray(feeder.base_q_kvar) * 1000,
    }
    grid = {
        "node": rows("node", n, id=np.arange(n), u_rated=feeder.base_kv * 1000),
        "line": rows("line", n - 1, id=np.arange(n, 2 * n - 1), **lines),
        "sym_load": rows("sym_load", n, id=np.arange(2 * n, 3 * n), **loads),
        "source": rows("source", 1, id=3 * n, node=0, status=1, u_ref=feeder.source_pu, sk=1e25),
    }
    result = peer.PowerGridModel(grid).calculate_power_flow(error_tolerance=1e-13, max_iterations=50)
    return np.asarray(result["node"]["u_pu"], np.float64)


@pytest.mark.parametrize(("share", "stored"), [(1.0, AT_FULL_LOAD), (-0.6, AT_60_PERCENT_FEED_IN)])
def test_voltages_are_those_of_power_grid_model(
    feeder: Feeder, share: float, stored: tuple[float, ...]
) -> None:
    voltages = flow(feeder, share * feeder.base_p_kw, share * feeder.base_q_kvar)
    np.testing.assert_allclose(voltages.magnitude, stored, atol=1e-8)
    assert float(voltages.residual) < 2e-9


@pytest.mark.parametrize(("share", "stored"), [(1.0, AT_FULL_LOAD), (-0.6, AT_60_PERCENT_FEED_IN)])
def test_the_stored_voltages_are_still_those_of_power_grid_model(
    feeder: Feeder, share: float, stored: tuple[float, ...]
) -> None:
    np.testing.assert_allclose(_by_power_grid_model(feeder, share), stored, atol=1e-10)


def test_the_lowest_voltage_and_the_loss_are_the_published_ones(solved: tuple[Voltages, LineFlows]) -> None:
    voltages, flows = solved
    assert float(voltages.magnitude.min()) == pytest.approx(0.9131, abs=1e-4)
    assert int(voltages.magnitude.argmin()) == 17
    assert float(flows.loss_kw.sum()) == pytest.approx(202.68, abs=0.01)


def test_what_enters_is_load_plus_losses(solved: tuple[Voltages, LineFlows]) -> None:
    _, flows = solved
    assert float(flows.import_kw) == pytest.approx(3715 + float(flows.loss_kw.sum()), rel=1e-9)
    assert float(flows.import_kvar) == pytest.approx(2300 + float(flows.loss_kvar.sum()), rel=1e-9)


def test_each_voltage_drop_is_the_current_through_its_line(
    feeder: Feeder, solved: tuple[Voltages, LineFlows]
) -> None:
    voltages, flows = solved
    v = np.asarray(voltages.real) + 1j * np.asarray(voltages.imaginary)
    z = np.asarray(feeder.resistance_pu) + 1j * np.asarray(feeder.reactance_pu)
    drop = np.abs(v[list(feeder.parent[1:])] - v[1:])
    current = np.asarray(flows.current_a)[1:] / feeder.base_a
    np.testing.assert_allclose(np.abs(z[1:]) * current, drop, atol=1e-8)


def test_the_base_of_the_per_unit_system_changes_nothing() -> None:
    lines = ([-1, 0, 1], [0, 1, 2], [0, 0.5, 1])
    loads = jnp.array([0.0, 300.0, 500.0])
    small, large = (radial_feeder(*lines, base_kv=10, base_kva=base, ampacity_a=100) for base in (100, 1e5))
    one, other = (flows_of(f, flow(f, loads), loads) for f in (small, large))
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-12), one, other)
    assert float(one.loading[1]) == pytest.approx(float(one.current_a[1]) / 100)


def test_without_load_all_voltages_are_the_source_and_gradients_are_finite() -> None:
    feeder = radial_feeder([-1, 0], [0, 1], [0, 1], base_kv=10, source_pu=1.02)
    np.testing.assert_allclose(flow(feeder, jnp.zeros(2)).magnitude, 1.02, rtol=1e-12)

    def current(load: jax.Array) -> jax.Array:
        return flows_of(feeder, flow(feeder, load), load).current_a.sum()

    assert bool(jnp.isfinite(jax.jit(jax.grad(current))(jnp.zeros(2))).all())


def test_the_gradient_of_the_lowest_voltage_is_that_of_finite_differences(feeder: Feeder) -> None:
    lowest = jax.jit(lambda p: flow(feeder, p, iterations=12).magnitude.min())
    slope = jax.jit(jax.grad(lowest))(feeder.base_p_kw)
    for bus in (1, 5, 17, 24, 32):
        nudge = jnp.zeros(33).at[bus].set(0.1)
        numeric = (lowest(feeder.base_p_kw + nudge) - lowest(feeder.base_p_kw - nudge)) / 0.2
        assert float(slope[bus]) == pytest.approx(float(numeric), rel=1e-5)


def test_a_batch_in_single_precision_is_each_flow_alone(feeder: Feeder) -> None:
    share = jnp.linspace(-0.5, 1.0, 4, dtype=jnp.float32)[:, None]
    p, q = share * feeder.base_p_kw.astype(jnp.float32), share * feeder.base_q_kvar.astype(jnp.float32)
    batch = jax.jit(jax.vmap(lambda p, q: flow(feeder, p, q, iterations=5)))(p, q)
    assert batch.real.dtype == jnp.float32
    np.testing.assert_allclose(batch.magnitude[3], AT_FULL_LOAD, atol=5e-6)
    alone = flow(feeder, p[0], q[0], iterations=5)
    np.testing.assert_allclose(batch.magnitude[0], alone.magnitude, atol=5e-7)


@pytest.mark.parametrize("own", [False, True], ids=["the feeder's reactive load", "their own reactive load"])
def test_cases_side_by_side_are_each_flow_alone(feeder: Feeder, own: bool) -> None:
    share = jnp.array([-0.5, 0.3, 1.0])
    p = feeder.base_p_kw[:, None] * share
    q = feeder.base_q_kvar[:, None] * share[::-1] if own else None
    together = flow(feeder, p, q)
    for case in range(3):
        alone = flow(feeder, p[:, case], None if q is None else q[:, case])
        np.testing.assert_allclose(together.magnitude[:, case], alone.magnitude, rtol=0, atol=1e-12)
        np.testing.assert_allclose(together.residual[case], alone.residual, rtol=0, atol=1e-12)


def test_more_load_lowers_every_voltage(feeder: Feeder, solved: tuple[Voltages, LineFlows]) -> None:
    more = flow(feeder, feeder.base_p_kw.at[17].add(200.0))
    assert bool(jnp.all(more.magnitude[1:] < solved[0].magnitude[1:]))
