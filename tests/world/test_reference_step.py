"""A slow reading of the model in plain Python gives the same day as the compiled step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings, strategies as st

from wattswarm.world import Scenario

STORAGE = {
    "capacity_kwh": 60,
    "power_kw": 15,
    "efficiency": 0.93,
    "self_discharge_per_day": 0.1,
    "wear_price_per_kwh": 0.02,
}
VEHICLE = {"capacity_kwh": 40, "taper_from_soc": 0.7, "wear_price_per_kwh": 0.03}
TARIFF = {
    "import_adder_per_kwh": 0.05,
    "export_share": 0.8,
    "export_fee_per_kwh": 0.01,
    "feed_in_per_kwh": 0.04,
    "demand_charge_per_kw": 0.7,
    "peak_valley_charge_per_kw": 0.4,
    "customer_price_per_kwh": 0.3,
    "unmet_penalty_per_kwh": 1.5,
    "v2g_reward_per_kwh": 0.06,
}


def small_day(plain_day: Callable[..., Any], seed: int) -> Scenario:
    """Two ports, a storage and an array behind a connection that never binds."""
    rng = np.random.default_rng(seed)
    visits = []
    for _ in range(2):
        at = 0.0
        while at < 20:
            stay = float(rng.integers(1, 7))
            visits.append((at, at + stay, float(rng.uniform(1, 40)), float(rng.uniform(0.1, 0.9)), "s"))
            at += stay + float(rng.integers(0, 3))
    scenario: Scenario = plain_day(
        ports=[{"count": 2, "power_kw": 11, "discharge_kw": 7, "efficiency": 0.9}],
        visits=sorted(visits),
        vehicle=VEHICLE,
        station={"storage": STORAGE, "solar": {"peak_kw": 20}},
        tariff=TARIFF,
        market=rng.uniform(-0.3, 0.4, 24),
        solar_kw=rng.uniform(0, 20, 24),
        base_kw=rng.uniform(0, 5, 24),
    )
    return scenario


def by_hand(scenario: Scenario, asked: Any) -> dict[str, Any]:
    """Play the day battery by battery; in steps of an hour, kW and kWh are the same number."""
    stays = scenario.stays
    # E at port, then the storage.
    energy = [0.0, 0.0, 30.0]
    peak, profit = 0.0, 0.0
    track: dict[str, Any] = {"energy": [], "import": [], "export": []}
    for t in range(24):
        market = scenario.market[t]
        buy = market + 0.05
        sell = market - 0.2 * abs(market) - 0.01
        feed_in = max(sell, 0.04)
        here: list[int | None] = [None, None]
        for stay in range(len(stays)):
            if stays.begin[stay] <= t < stays.end[stay]:
                here[stays.port[stay]] = stay
                if stays.begin[stay] == t:
                    energy[stays.port[stay]] = stays.arrival_kwh[stay]
        energy[2] = 6.0 + (energy[2] - 6.0) * (1 - 0.1) ** (1 / 24)
        flow = [0.0, 0.0, 0.0]
        for port, stay in enumerate(here):
            if stay is None:
                energy[port] = 0.0
                continue
            power = asked[t][port]
            if power > 0:
                flow[port] = min(power, 11.0, _constant_then_taper(energy[port]), (40 - energy[port]) / 0.9)
            else:
                floor = min(0.1 * 40, stays.arrival_kwh[stay])
                flow[port] = -min(-power, 7.0, max(energy[port] - floor, 0.0) * 0.9)
        if asked[t][2] > 0:
            flow[2] = min(asked[t][2], 15.0, (54.0 - energy[2]) / 0.93)
        else:
            flow[2] = -min(-asked[t][2], 15.0, (energy[2] - 6.0) * 0.93)
        load = scenario.base_kw[t, 0] + sum(flow)
        sun = scenario.solar_kw[t, 0]
        # The feed-in tariff of 0.04 pays at any market price, so the sun is never curtailed.
        net = load - sun
        efficiency = [0.9, 0.9, 0.93]
        for battery in range(3):
            inward = efficiency[battery] if flow[battery] > 0 else 1 / efficiency[battery]
            energy[battery] += flow[battery] * inward
        if net > 0:
            profit -= buy * net
            profit -= 0.7 * max(net - peak, 0.0)
            peak = max(peak, net)
        else:
            solar_out = min(-net, sun)
            profit += feed_in * solar_out + sell * (-net - solar_out)
        profit -= 0.02 * abs(flow[2])
        for port, stay in enumerate(here):
            if stay is None:
                continue
            profit -= 0.03 * abs(flow[port]) + 0.06 * max(-flow[port], 0.0)
            if stays.end[stay] == t + 1:
                short = max(stays.target_kwh[stay] - energy[port], 0.0)
                wanted = stays.target_kwh[stay] - stays.arrival_kwh[stay]
                profit += 0.3 * (wanted - short) / 0.9 - 1.5 * short
        track["energy"].append(list(energy))
        track["import"].append(max(net, 0.0))
        track["export"].append(max(-net, 0.0))
    nets = [bought - sold for bought, sold in zip(track["import"], track["export"], strict=True)]
    profit -= 0.4 * (max(nets) - min(nets))
    return {**track, "profit": profit}


def _constant_then_taper(energy_kwh: float) -> float:
    """Mean power [kW] of an hour on the taper of 11 kW from 70 % of 40 kWh to nothing at 40 kWh."""
    rate = 11.0 / (40 - 28) * 0.9
    end = 40 - (40 - energy_kwh) * np.exp(-rate)
    return float((end - energy_kwh) / 0.9)


def test_the_step_is_the_slow_reading_of_the_model(
    plain_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    @settings(max_examples=25)
    @given(st.integers(0, 10**6))
    def holds(seed: int) -> None:
        scenario = small_day(plain_day, seed)
        asked = np.random.default_rng(seed + 1).uniform(-20, 20, (24, 3))
        flows = play(scenario, asked).flows
        expected = by_hand(scenario, asked)
        np.testing.assert_allclose(flows.energy_kwh, expected["energy"], atol=1e-9)
        np.testing.assert_allclose(flows.import_kw, expected["import"], atol=1e-9)
        np.testing.assert_allclose(flows.export_kw, expected["export"], atol=1e-9)
        money = flows.money._replace(
            **{name: getattr(flows.money, name).sum(0) for name in flows.money._fields}
        )
        np.testing.assert_allclose(float(money.net), expected["profit"], atol=1e-9)

    holds()
