"""Stations on a feeder: what the step says of voltages is the power flow's own answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from wattswarm.grid import ieee33, power_flow
from wattswarm.world import Scenario, World

BUS = 17
"""The far end of the longest branch."""


def on_the_feeder(scenario: Scenario) -> World:
    """Hang the port and the array on the far end and the load next to the substation."""
    feeder = ieee33()
    rows = np.zeros((len(feeder.parent), 3))
    rows[BUS, :2] = 1.0
    rows[1, 2] = 1.0
    return dataclasses.replace(scenario.world(), feeder=feeder, feeder_rows=jnp.asarray(rows))


def day(plain_day: Callable[..., Any]) -> Scenario:
    """One fast port, one array."""
    scenario: Scenario = plain_day(
        ports=[{"count": 1, "power_kw": 300}],
        visits=[(0.0, 12.0, 500.0, 0.1, "s")],
        vehicle={"capacity_kwh": 1000, "ac_kw": 100},
        station={"solar": {"peak_kw": 200}},
        solar_kw=np.where(np.arange(24) < 18, 0.0, 150.0),
        base_kw=20.0,
    )
    return scenario


def test_voltages_are_those_of_the_power_flow(
    plain_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    scenario = day(plain_day)
    flows = play(scenario, np.linspace(0, 100, 24)[:, None], world=on_the_feeder(scenario)).flows
    feeder = ieee33()
    for t in (0, 5, 11, 20):
        load = np.asarray(feeder.base_p_kw).copy()
        load[BUS] += flows.dispatch.charge_kw[t, 0] - flows.dispatch.solar_kw[t, 0]
        load[1] += 20.0
        np.testing.assert_allclose(
            flows.voltage_pu[t], power_flow(feeder, load, iterations=30).magnitude, atol=1e-8
        )


def test_charging_lowers_and_the_sun_raises_the_voltage_at_its_bus(
    plain_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    scenario = day(plain_day)
    charging = np.zeros((24, 1))
    charging[:3, 0] = 30.0, 60.0, 90.0
    voltage = play(scenario, charging, world=on_the_feeder(scenario)).flows.voltage_pu
    at_bus = voltage[:, BUS]
    assert (np.diff(at_bus[[3, 0, 1, 2]]) < -1e-4).all()
    assert at_bus[20] > at_bus[3] + 1e-3
    assert (voltage[20] >= voltage[3] - 1e-12).all()
    np.testing.assert_allclose(voltage[:, 0], 1.0)


def test_without_a_feeder_there_are_no_voltages(
    plain_day: Callable[..., Any], play: Callable[..., Any]
) -> None:
    assert play(day(plain_day), 0.0).flows.voltage_pu.shape == (24, 0)
