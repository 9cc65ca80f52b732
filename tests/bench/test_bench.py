"""The benchmark times what it says: whole days, every observation and reward, limits that bind."""

from __future__ import annotations

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from rich.console import Console

from wattswarm.bench import CASES, Case, Prepared, Result, print_results, run_bench, save_results
from wattswarm.bench.cases import prepare_world
from wattswarm.bench.measure import measure, spread
from wattswarm.bench.world import Bank, Setup, bench_bank, day_gradient, day_profit, run_block, run_days
from wattswarm.errors import InputError
from wattswarm.tasks.episodes import play
from wattswarm.world.clear import voltages
from wattswarm.world.kernel import compile_kernels, one_kernel

SETUP = Setup(ports=4, environments=4, days=2, episodes=8)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return bench_bank(SETUP)


def test_one_kernel_gives_what_the_step_by_step_program_gives(bank: Bank) -> None:
    key = jax.random.key(3)
    kernel = compile_kernels(lambda rows, key: run_days(bank.task, 2, rows, key), bank.rows, key)(
        bank.rows, key
    )
    draw, act = jax.random.split(key)
    groups = jax.random.randint(draw, (2,), 0, bank.rows.shape[0])
    plain = jax.jit(lambda rows, group, key: run_block(bank.task, rows, group, key))
    for at, own in enumerate(jax.random.split(act, 2)):
        observed, returns, _ = plain(bank.rows, groups[at], own)
        np.testing.assert_allclose(kernel.observed[at], observed, rtol=1e-3)
        np.testing.assert_allclose(kernel.returns[at], returns, rtol=1e-3, atol=1e-2)


def test_voltages_solved_together_are_those_of_the_steps() -> None:
    bank = bench_bank(Setup(ports=4, environments=1, episodes=1, power_flow=True))
    key = jax.random.key(3)
    world, rows = bank.task.setting.world, bank.rows[0, :6]
    together = jax.jit(lambda rows, key: run_days(bank.task, 1, rows[None], key))(rows, key)
    own = jax.random.split(jax.random.split(key)[1], 1)[0]
    seen, _, flowed = jax.jit(lambda rows, key: run_block(bank.task, rows[None], jnp.int32(0), key))(
        rows, own
    )
    assert flowed is not None
    one_by_one = [
        voltages(world, jax.tree.map(lambda values, at=at: values[at, ..., 0], flowed)) for at in range(6)
    ]
    assert 0.85 < min(float(each.min()) for each in one_by_one) < 0.99
    alone = sum(float(each.sum()) for each in one_by_one)
    np.testing.assert_allclose(together.observed[0], float(seen) + alone, rtol=1e-5)


def test_environments_live_through_different_days(bank: Bank) -> None:
    rows = np.asarray(bank.rows)
    assert rows.shape[0] * rows.shape[-1] == 8
    days = rows.transpose(0, 3, 1, 2).reshape(8, -1)
    assert len(np.unique(days, axis=0)) == 8


def test_random_actions_meet_the_limits_of_the_benchmarks_site(bank: Bank) -> None:
    world = bank.task.setting.world
    steps = bank.rows.shape[1]
    shape = (steps, world.batteries, 1)
    actions = jax.random.uniform(jax.random.key(0), shape, jnp.float32, minval=-1.0, maxval=1.0)
    flows = play(bank.task, actions, 0)[1]
    at_import = np.isclose(flows.limit_kw, world.import_limit_kw, rtol=1e-4).any(axis=1).sum()
    at_export = np.isclose(flows.limit_kw, -world.export_limit_kw, rtol=1e-4).any(axis=1).sum()
    assert min(at_import, at_export) >= 5


def test_the_gradient_of_a_day_is_finite_and_not_zero_for_plugged_vehicles(bank: Bank) -> None:
    rows = bank.rows[0, :, :, 0]
    actions = jnp.full((rows.shape[0], bank.task.setting.world.batteries), 0.3, rows.dtype)
    profit, gradient = compile_kernels(lambda a, r: day_gradient(bank.task, a, r), actions, rows)(
        actions, rows
    )
    np.testing.assert_allclose(profit, day_profit(bank.task, actions, rows), rtol=1e-3)
    assert bool(jnp.isfinite(gradient).all())
    plugged = jax.vmap(bank.task.setting.episodes.unpack)(rows).capacity_kwh > 0
    assert float(jnp.abs(jnp.where(plugged, gradient, 0.0)).max()) > 0
    assert float(jnp.abs(jnp.where(plugged, 0.0, gradient)).max()) == 0


def test_voltages_enter_what_is_observed(monkeypatch: pytest.MonkeyPatch) -> None:
    # Blocks of equal width draw the same days and actions.
    monkeypatch.setattr("wattswarm.bench.world.CPU_BLOCK_SIZE", 2)
    quiet = prepare_world(Setup(ports=2, environments=2, episodes=2), quick=False)
    flowing = prepare_world(Setup(ports=2, environments=2, episodes=2, power_flow=True), quick=False)
    without, voltages = quiet.run(0), flowing.run(0)
    # 33 voltages of about 0.95, 288 steps, 2 environments.
    added = float(voltages.observed[0] - without.observed[0])
    assert 0.9 < added / (33 * 288 * 2) < 1.05


def test_a_kernel_marks_its_call_and_keeps_its_value() -> None:
    def decay(start: jax.Array) -> jax.Array:
        return jax.lax.fori_loop(0, 100, lambda _, x: x * 0.99, start)

    start = jnp.arange(8.0)
    compiled = compile_kernels(lambda x: one_kernel(decay)(x + 1.0), start)
    np.testing.assert_allclose(compiled(start), (np.arange(8.0) + 1.0) * 0.99**100, rtol=1e-4)
    if jax.default_backend() == "cpu":
        assert "xla_cpu_small_call" in compiled.as_text()


def test_a_kernels_sums_are_loops_however_long() -> None:
    if jax.default_backend() != "cpu":
        pytest.skip("only processors take sums apart into trees")
    numbers = jnp.arange(100.0)
    compiled = compile_kernels(lambda x: (x * x).sum(), numbers)
    assert "reduce-window" not in compiled.as_text()
    np.testing.assert_allclose(compiled(numbers), (np.arange(100.0) ** 2).sum(), rtol=1e-6)


def test_a_result_is_printed_and_kept_with_config_and_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case(
        "idle", "nothing", "sums", lambda _quick: Prepared(lambda _at: sum(range(1000)), 10), goal=1.0
    )
    monkeypatch.setattr("wattswarm.bench.run.CASES", {"idle": case})
    results = run_bench(["idle"], repeats=2)
    kept = json.loads(save_results(results, tmp_path / "new").read_text())
    assert (
        kept[0]["per_cpu_s"]["minimum"] <= kept[0]["per_cpu_s"]["median"] <= kept[0]["per_cpu_s"]["maximum"]
    )
    assert {"wattswarm", "jax", "device", "load_1min"} <= kept[0]["machine"].keys()
    console = Console(record=True, width=160)
    print_results(results, console)
    assert "idle" in console.export_text()
    assert results[0].reached is True


def test_a_small_case_never_counts_as_reached() -> None:
    rate = spread([2.0, 1.0, 3.0])
    result = Result("a", "b", "c", rate, rate, 0.0, 3, None, goal=0.5, quick=True, config={}, machine={})
    assert result.reached is None


def test_an_unknown_case_is_refused_with_the_names_of_the_known_ones() -> None:
    with pytest.raises(InputError, match="world-1024"):
        run_bench(["word-1"])


def test_measuring_counts_cpu_time() -> None:
    assert measure(lambda: sum(range(200_000))).cpu_s > 1e-4


def test_every_case_says_what_it_times() -> None:
    assert all(name == case.name and case.about and case.unit for name, case in CASES.items())
    assert {"world-1", "world-1024", "world-128-ports", "world-powerflow-1024", "gradient"} <= CASES.keys()
