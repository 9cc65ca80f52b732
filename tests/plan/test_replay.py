"""The bound replayed in the world: the one test that guards simulator and optimum together (models 7.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from wattswarm.control.runner import simulate
from wattswarm.data.calendar import local_days
from wattswarm.data.sessions import Sessions
from wattswarm.errors import InputError
from wattswarm.outlook.outlook import hindsight
from wattswarm.plan.bound import perfect_foresight, scheduled
from wattswarm.plan.linear.program import build_program
from wattswarm.plan.linear.solver import Solver, Unbounded, solve_exactly
from wattswarm.plan.rules import Uncontrolled
from wattswarm.site import site_arrays
from wattswarm.site.schema import Site
from wattswarm.world import Scenario, schedule_sessions

STEPS = 24


def random_scenario(seed: int, *, lowest_price: float, demand: bool, demand_charge: bool) -> Scenario:
    """Two stations, four ports (one DC), two storages, two arrays, three limits; everything else is drawn."""
    rng = np.random.default_rng(seed)

    def pick(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    market = rng.uniform(lowest_price, 0.4, STEPS)
    multiplier, share = pick(1.0, 1.0), pick(0.5, 1.0)
    site = Site.model_validate(
        {
            "name": "random",
            "step_minutes": 60,
            "location": {"latitude": 52.0, "longitude": 5.0, "timezone": "Europe/Amsterdam"},
            "nodes": [
                {"name": "root", "import_limit_kw": pick(30, 80), "export_limit_kw": pick(0, 60)},
                {
                    "name": "a",
                    "parent": "root",
                    "import_limit_kw": pick(15, 40),
                    "export_limit_kw": pick(0, 30),
                },
                {
                    "name": "b",
                    "parent": "root",
                    "import_limit_kw": pick(15, 60),
                    "export_limit_kw": pick(0, 30),
                },
            ],
            "stations": [
                {
                    "name": name,
                    "node": name,
                    "ports": [
                        {
                            "count": 1,
                            "power_kw": 11,
                            "discharge_kw": pick(0, 11),
                            "efficiency": pick(0.8, 1.0),
                        },
                        {"count": 1, "kind": "DC", "power_kw": 50, "efficiency": pick(0.8, 0.99)},
                    ],
                    "storage": {
                        "capacity_kwh": pick(20, 100),
                        "power_kw": pick(5, 50),
                        "efficiency": pick(0.8, 0.99),
                        "self_discharge_per_day": pick(0, 0.2),
                        "wear_price_per_kwh": pick(0, 0.05),
                    },
                    "solar": {"peak_kw": 20},
                    "base_load": {"mean_kw": 1},
                }
                for name in ("a", "b")
            ],
            "vehicles": [
                {
                    "name": "car",
                    "capacity_kwh": pick(30, 90),
                    "dc_curve": [
                        {"soc": 0.0, "power_kw": 50},
                        {"soc": 0.3, "power_kw": 60},
                        {"soc": 0.7, "power_kw": 40},
                        {"soc": 1.0, "power_kw": 5},
                    ],
                    "taper_from_soc": 0.8,
                    "v2g": True,
                    "wear_price_per_kwh": pick(0, 0.05),
                }
            ],
            "tariff": {
                "import_multiplier": multiplier,
                "import_adder_per_kwh": pick(0, 0.1),
                "export_share": share,
                "feed_in_per_kwh": pick(0, 0.1) if rng.random() < 0.3 else None,
                "demand_charge_per_kw": pick(0.1, 2.0) if demand_charge else 0.0,
                "peak_valley_charge_per_kw": pick(0.01, 0.5) if demand_charge else 0.0,
                "customer_price_per_kwh": pick(0, 0.4),
                "unmet_penalty_per_kwh": pick(0.5, 2.0),
                "v2g_reward_per_kwh": pick(0, 0.1),
            },
        }
    )
    arrays = site_arrays(site)
    times = local_days(date(2024, 6, 3), 1, 3600, "Europe/Amsterdam")
    count = 8
    begin = rng.integers(0, STEPS - 2, count)
    stay = rng.integers(1, 10, count)
    hour = np.timedelta64(3600, "s")
    sessions = Sessions(
        arrival=times[0] + begin * hour,
        departure=times[0] + (begin + stay) * hour,
        energy_kwh=rng.uniform(1, 60, count),
        arrival_soc=rng.uniform(0.05, 0.7, count),
        capacity_kwh=np.full(count, np.nan),
        station=rng.choice(["a", "b"], count),
        vehicle=np.full(count, "car"),
        timezone="Europe/Amsterdam",
    )
    regular = rng.uniform(0, 3, (STEPS, 2)) if demand else np.zeros((STEPS, 2))
    return Scenario(
        site=site,
        arrays=arrays,
        times=times,
        market=market,
        solar_kw=rng.uniform(0, 20, (STEPS, 2)),
        base_kw=rng.uniform(0, 5, (STEPS, 2)),
        urgent_kwh=regular * 0.3,
        regular_kwh=regular,
        carbon=np.zeros(STEPS),
        schedule=schedule_sessions(sessions, arrays, site.vehicles, times, rng),
    )


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), demand=st.booleans(), demand_charge=st.booleans())
def test_the_bound_replays_to_its_objective_on_random_sites(
    seed: int, demand: bool, demand_charge: bool
) -> None:
    scenario = random_scenario(seed, lowest_price=0.0, demand=demand, demand_charge=demand_charge)
    bound = perfect_foresight(scenario)
    assert bound.run.profit == pytest.approx(bound.profit, rel=1e-6, abs=1e-6)


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), demand=st.booleans())
def test_the_bound_replays_at_negative_prices_with_binaries(seed: int, demand: bool) -> None:
    scenario = random_scenario(seed, lowest_price=-0.3, demand=demand, demand_charge=False)
    bound = perfect_foresight(scenario)
    assert bound.run.profit == pytest.approx(bound.profit, rel=1e-6, abs=1e-6 + bound.gap * abs(bound.profit))


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_no_policy_beats_the_bound(seed: int) -> None:
    scenario = random_scenario(seed, lowest_price=-0.2, demand=False, demand_charge=False)
    bound = perfect_foresight(scenario)
    run = simulate(scenario, [Uncontrolled()])[0]
    assert run.profit <= bound.profit + 1e-6 * max(1.0, abs(bound.profit))


def test_keeping_flows_apart_never_pays_more_than_the_relaxation() -> None:
    scenario = random_scenario(5, lowest_price=-0.4, demand=False, demand_charge=False)
    program = build_program(hindsight(scenario), scenario.arrays, scenario.site.tariff)
    relaxed, exact = Solver().solve(program), solve_exactly(program)
    assert exact.binaries > 0
    assert -exact.cost <= -relaxed.cost + 1e-9


def test_a_warm_solver_agrees_with_a_cold_one_when_prices_move_the_feed_in_hours() -> None:
    scenario = random_scenario(7, lowest_price=0.0, demand=False, demand_charge=False)
    outlook = hindsight(scenario)
    nobody = replace(outlook, stays=outlook.stays.take(np.zeros(len(outlook.stays), bool)))
    warm = Solver()
    for shift in range(4):
        rolled = np.roll(outlook.import_price > 0.2, shift) * 0.05
        moved = replace(nobody, feed_in_price=nobody.export_price + rolled)
        program = build_program(moved, scenario.arrays, scenario.site.tariff)
        assert warm.solve(program).cost == pytest.approx(Solver().solve(program).cost, rel=1e-9)


@pytest.mark.parametrize("seed", [5, 11])
def test_a_search_that_starts_from_rest_ends_where_one_that_starts_anywhere_does(seed: int) -> None:
    scenario = random_scenario(seed, lowest_price=-0.1, demand=True, demand_charge=True)
    program = build_program(hindsight(scenario), scenario.arrays, scenario.site.tariff)
    linear = program.linear
    balances = linear.matrix[program.rest.rows][:, program.rest.columns]
    assert np.linalg.matrix_rank(balances.toarray()) == len(program.rest.rows)
    limits = LinearConstraint(linear.matrix, linear.row_low, linear.row_high)
    peer = milp(linear.cost, constraints=limits, bounds=Bounds(linear.low, linear.high))
    assert Solver().solve(program).cost == pytest.approx(peer.fun + linear.constant, rel=1e-8)


def test_exports_dearer_than_imports_are_found_unbounded() -> None:
    scenario = random_scenario(1, lowest_price=0.05, demand=False, demand_charge=False)
    wide = replace(scenario.arrays, import_limit_kw=np.full(3, np.inf), export_limit_kw=np.full(3, np.inf))
    program = build_program(hindsight(scenario), wide, scenario.site.tariff)
    swapped = replace(hindsight(scenario), export_price=scenario.import_price + 0.1)
    with pytest.raises(Unbounded):
        solve_exactly(build_program(swapped, wide, scenario.site.tariff))
    assert np.isfinite(solve_exactly(program).cost)


def test_base_load_above_a_limit_is_refused_with_time_and_limit() -> None:
    scenario = random_scenario(2, lowest_price=0.0, demand=False, demand_charge=False)
    with pytest.raises(InputError, match="limit a at 2024-06-0"):
        replace(scenario, base_kw=scenario.base_kw + 100.0)


def test_a_limit_on_the_peak_valley_difference_holds_and_costs_more_the_tighter_it_is() -> None:
    scenario = random_scenario(3, lowest_price=0.0, demand=False, demand_charge=False)
    view, tariff = hindsight(scenario), scenario.site.tariff
    free = solve_exactly(build_program(view, scenario.arrays, tariff))
    costs, spreads = [free.cost], []
    for most in (40.0, 30.0, 20.0):
        program = build_program(view, scenario.arrays, tariff, most_between_kw=most)
        solution = solve_exactly(program)
        requests = program.requests(solution.x, scenario.steps, len(scenario.arrays.charge_kw))
        run = simulate(scenario, [scheduled(requests, scenario, np.float64)])[0]
        spreads.append(float(np.ptp(run.flows.import_kw - run.flows.export_kw)))
        costs.append(solution.cost)
        assert -run.profit == pytest.approx(solution.cost, rel=1e-6, abs=1e-6)
    # Where a limit does not bind, costs are equal but for the solver's rounding.
    assert (np.diff(costs) >= -1e-9 * abs(costs[0])).all()
    assert costs[-1] > costs[0] + 1e-3
    assert all(got <= most + 1e-6 for got, most in zip(spreads, (40.0, 30.0, 20.0), strict=True))
