"""The station of paper 001: when its transformer binds, and its reward as printed and mended."""

from __future__ import annotations

from datetime import date

import equinox as eqx
import jax
import numpy as np
import pytest

from wattswarm.control.runner import simulate
from wattswarm.errors import InputError
from wattswarm.plan.rules import Uncontrolled
from wattswarm.tasks import (
    LiteralStation,
    SoundStation,
    literal_station,
    play,
    pool_scenario,
    setting,
    station_scenario,
    station_site,
    transformer_limit_kw,
)
from wattswarm.tasks.station import Limits
from wattswarm.world import Scenario

DAY = date(2024, 1, 15)


def _most_present(scenario: Scenario) -> int:
    stays = scenario.stays
    return max(int(((stays.begin <= step) & (step < stays.end)).sum()) for step in range(scenario.steps))


@pytest.fixture(scope="module")
def literal() -> LiteralStation:
    """The demonstration as printed, in double precision."""
    days = [
        station_scenario(3, start=DAY, seed=seed, arrivals="demo", transformer="soft") for seed in range(2)
    ]
    return literal_station(days, dtype=np.float64)


@pytest.fixture(scope="module")
def sound() -> SoundStation:
    """The demonstration as mended, in double precision."""
    days = [station_scenario(3, start=DAY, seed=seed, arrivals="demo") for seed in range(2)]
    return SoundStation(setting(days, np.float64))


def test_the_papers_transformer_never_binds() -> None:
    for count in (40, 100, 200):
        for seed in range(5):
            scenario = station_scenario(count, start=DAY, seed=seed)
            assert scenario.arrays.import_limit_kw[-1] == 500.0
            assert _most_present(scenario) * 7.2 + scenario.base_kw.max() < 500.0


def test_the_stress_limit_binds() -> None:
    free, held = (
        simulate(station_scenario(200, start=DAY, limits="stress", transformer=each), [Uncontrolled()])[0]
        for each in ("soft", "hard")
    )
    assert free.flows.import_kw.max() > 200.0
    assert held.flows.import_kw.max() == pytest.approx(150.0)
    assert transformer_limit_kw(1000, "stress") == 500.0


@pytest.mark.parametrize("count", [40, 100, 200, 1000])
@pytest.mark.parametrize("limits", ["paper", "stress"])
def test_every_case_is_a_day_of_96_steps_with_a_port_for_each_vehicle(count: int, limits: Limits) -> None:
    scenario = station_scenario(count, start=DAY, limits=limits)
    assert scenario.steps == 96
    assert scenario.arrays.port_count == count
    assert 0.6 * count < len(scenario.stays) <= count
    assert scenario.schedule.turned_away == 0


def test_the_demonstration_is_the_papers() -> None:
    stays = station_scenario(3, start=DAY, arrivals="demo").stays
    assert (stays.arrival_kwh / stays.capacity_kwh).tolist() == pytest.approx([0.40, 0.55, 0.70])
    assert stays.capacity_kwh.tolist() == [40.0, 50.0, 60.0]
    assert (stays.target_kwh / stays.capacity_kwh).tolist() == pytest.approx([0.8] * 3)
    assert (stays.begin.tolist(), stays.end.tolist()) == ([0] * 3, [96] * 3)


def test_without_v2g_nothing_can_be_given() -> None:
    assert (station_scenario(40, start=DAY, v2g=False).stays.discharge_kw == 0).all()
    assert (station_scenario(40, start=DAY).stays.discharge_kw == 7.2).all()


def test_export_earns_less_than_import_costs() -> None:
    scenario = station_scenario(40, start=DAY)
    assert scenario.export_price == pytest.approx(0.8 * scenario.import_price)
    assert scenario.site.currency == "INR"


def test_the_literal_reward_is_equation_19(literal: LiteralStation) -> None:
    actions = jax.random.uniform(jax.random.key(0), (96, 3, 1), minval=-1.0)
    rewards, flows = play(literal, actions, 1)
    rows = jax.vmap(literal.setting.episodes.unpack)(literal.setting.episodes.rows[1, :-1])
    net = np.asarray(flows.import_kw - flows.export_kw)
    cost = 0.25 * np.where(net > 0, rows.import_price, rows.export_price) * net
    soc = np.asarray(flows.energy_kwh) / np.array([40.0, 50.0, 60.0])
    expected = -(
        0.5 * cost / float(literal.cost_scale[1])
        + 0.3 * np.abs(net) / 500.0
        + 0.2 * np.maximum(np.abs(net) / 500.0 - 1.0, 0.0)
        + 0.5 * np.abs(soc - 0.8).mean(axis=1)
    )
    for agent in range(3):
        assert np.asarray(rewards[:, agent]) == pytest.approx(expected, abs=1e-9)


def test_the_cost_scale_is_the_dearest_step_of_uncontrolled_charging(literal: LiteralStation) -> None:
    scenario = station_scenario(3, start=DAY, seed=1, arrivals="demo", transformer="soft")
    money = simulate(scenario, [Uncontrolled()])[0].flows.money
    dearest = (money.import_cost - money.export_income).max()
    assert float(literal.cost_scale[1]) == pytest.approx(float(dearest), rel=1e-6)


def test_the_soft_transformer_lets_pass_what_the_hard_one_cuts() -> None:
    assert station_site(40, transformer="soft").nodes[0].import_limit_kw > 1e5
    assert station_site(40).nodes[0].import_limit_kw == 500.0


def test_the_sound_rewards_are_equal_shares_of_the_profit(sound: SoundStation) -> None:
    actions = jax.random.uniform(jax.random.key(1), (96, 3, 1), minval=-1.0)
    rewards, flows = play(sound, actions, 0)
    assert np.asarray(rewards.sum(1)) == pytest.approx(
        np.asarray(jax.vmap(lambda m: m.net)(flows.money)), abs=1e-9
    )
    assert float(np.ptp(rewards, axis=1).max()) == 0.0
    assert float(flows.money.unmet_penalty[:-1].sum()) == 0.0


def test_both_faces_describe_what_they_show(literal: LiteralStation, sound: SoundStation) -> None:
    for task, seen in ((literal, 5), (sound, 24)):
        _, observation = eqx.filter_jit(task.reset)(jax.random.key(0))
        assert observation.features.shape == (3, seen)
        assert task.describe().count("| observation |") == seen
        assert float(observation.low.min()) == pytest.approx(-1.0)
        assert float(observation.high.max()) == pytest.approx(1.0)


def test_an_empty_station_and_a_wrong_demonstration_are_refused() -> None:
    with pytest.raises(InputError, match="empty"):
        station_site(0)
    with pytest.raises(InputError, match="three vehicles"):
        station_scenario(4, start=DAY, arrivals="demo")


def test_the_pool_is_that_of_paper_002() -> None:
    scenario = pool_scenario(start=date(2024, 4, 1), days=7)
    arrays = scenario.arrays
    assert scenario.steps == 168
    assert arrays.storage_capacity_kwh.tolist() == [500.0] * 3
    assert arrays.charge_kw.tolist() == [250.0] * 3
    assert arrays.storage_initial_kwh.tolist() == [250.0] * 3
    demand = (scenario.urgent_kwh + scenario.regular_kwh).mean(axis=0)
    assert (demand > 50).all()
    assert (demand < 160).all()
    assert scenario.service_price == pytest.approx(scenario.market + 0.2 * np.abs(scenario.market))
    assert scenario.export_price == pytest.approx(scenario.market - 0.2 * np.abs(scenario.market))
    flows = simulate(scenario, [Uncontrolled()])[0].flows
    assert (np.abs(flows.limit_kw) < 0.5 * arrays.import_limit_kw).all()


def test_a_pool_has_as_many_stations_as_arrays() -> None:
    alone = pool_scenario(start=DAY, days=1, solar_kw=(0.0,), capacity_kwh=100.0)
    assert alone.arrays.charge_kw.tolist() == [50.0]
    assert alone.solar_kw.shape == (24, 0)
    with pytest.raises(InputError, match="pool is empty"):
        pool_scenario(start=DAY, days=1, solar_kw=())
