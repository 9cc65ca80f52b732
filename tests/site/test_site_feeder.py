"""Sites on a feeder: where nodes stand, the voltage band as limits, and feeders that cannot be."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from wattswarm.control import simulate
from wattswarm.errors import InputError
from wattswarm.grid import lindistflow
from wattswarm.plan import perfect_foresight
from wattswarm.plan.rules import Uncontrolled
from wattswarm.report import measure
from wattswarm.site import Site, parse_site, site_arrays
from wattswarm.world import Scenario, build_scenario

STREET = """\
name: street
step_minutes: 60
location: {latitude: 52, longitude: 5, timezone: Europe/Amsterdam}
feeder:
  base_kv: 0.4
  lines:
    - {bus: 3, fed_from: b, resistance_ohm: 0.1, reactance_ohm: 0.03, load_kw: 2}
    - {bus: a, fed_from: transformer, resistance_ohm: 0.05, reactance_ohm: 0.02, load_kw: 5, load_kvar: 1}
    - {bus: b, fed_from: a, resistance_ohm: 0.08, reactance_ohm: 0.03, load_kw: 5, load_kvar: 1}
nodes:
  - {name: grid connection, import_limit_kw: 300, export_limit_kw: 300}
  - {name: near, parent: grid connection, import_limit_kw: 150, export_limit_kw: 150, bus: a}
  - {name: far, parent: grid connection, import_limit_kw: 150, export_limit_kw: 150, bus: 3}
  - {name: cable, parent: far, import_limit_kw: 150, export_limit_kw: 150}
stations:
  - {name: one, node: near, ports: [{count: 4, power_kw: 22}], solar: {peak_kw: 60}}
  - {name: two, node: cable, ports: [{count: 4, power_kw: 22}], solar: {peak_kw: 80}, base_load: {mean_kw: 2}}
vehicles: [{name: large, capacity_kwh: 90, ac_kw: 22}]
arrivals: {per_port_per_day: 4}
tariff: {import_adder_per_kwh: 0.05, customer_price_per_kwh: 0.4, export_fee_per_kwh: 0.01}
"""


def site(*changes: tuple[str, str]) -> Site:
    text = STREET
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return parse_site(text, "street.yaml")


@pytest.fixture(scope="module")
def days() -> Scenario:
    """Two days in summer: more sun than the street can carry away, more vehicles than it can feed."""
    return build_scenario(site(), start=date(2024, 6, 3), days=2)


def test_a_voltage_limit_is_the_band_of_the_linear_flow() -> None:
    arrays = site_arrays(site())
    feeder, rows = arrays.feeder, arrays.feeder_rows
    assert feeder is not None
    assert rows is not None
    assert arrays.bus_names == ("transformer", "3", "a", "b")
    assert arrays.limit_names[-1] == "grid connection"
    rng = np.random.default_rng(0)
    for _ in range(20):
        power = rng.uniform(-20.0, 20.0, rows.shape[1])
        voltage = np.asarray(lindistflow(feeder, np.asarray(feeder.base_p_kw) + rows @ power))
        for at, name in enumerate(arrays.limit_names):
            if not name.startswith("voltage at bus "):
                continue
            bus = arrays.bus_names.index(name.removeprefix("voltage at bus "))
            net = arrays.incidence[at] @ power
            assert (net <= arrays.import_limit_kw[at]) == (voltage[bus] >= 0.955)
            assert (-net <= arrays.export_limit_kw[at]) == (voltage[bus] <= 1.05)


def test_the_ac_voltage_stays_within_the_band_and_the_report_says_how_near(days: Scenario) -> None:
    free = build_scenario(
        site(("  base_kv", "  minimum_pu: 0.5\n  maximum_pu: 1.5\n  base_kv")), start=date(2024, 6, 3), days=2
    )
    (held,), (loose,) = (simulate(each, [Uncontrolled()]) for each in (days, free))
    kept, left = measure(held), measure(loose)
    assert kept.violations == 0
    assert left.lowest_voltage_pu is not None
    assert left.highest_voltage_pu is not None
    assert left.lowest_voltage_pu < 0.95
    assert left.highest_voltage_pu > 1.05
    voltage = np.asarray(held.flows.voltage_pu)
    assert voltage.shape == (days.steps, 4)
    assert kept.lowest_voltage_pu == pytest.approx(voltage.min())
    assert kept.highest_voltage_pu == pytest.approx(voltage.max())
    assert 0.95 <= voltage.min() < 0.96
    assert 1.04 < voltage.max() <= 1.05 + 1e-5


def test_the_bound_on_a_feeder_is_attained_in_the_world(days: Scenario) -> None:
    bound = perfect_foresight(days)
    (run,) = simulate(days, [bound.plan])
    assert run.profit == pytest.approx(bound.profit, abs=1e-6)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("bus: a}", "bus: z}", "no such bus"),
        ("  - {name: near, parent: grid connection, import_limit_kw: 150, export_limit_kw: 150, bus: a}\n",
         "  - {name: near, parent: grid connection, import_limit_kw: 150, export_limit_kw: 150, bas: a}\n",
         "no such field"),
        ("{bus: b, fed_from: a,", "{bus: a, fed_from: b,", "fed by two lines"),
        ("fed_from: transformer", "fed_from: b", "no single substation"),
        ("bus: b, fed_from: a", "bus: b, fed_from: 3", "(?s)ring.*3 fed from b, b fed from 3"),
        ("bus: a}", "bus: trasformer}", "did you mean transformer"),
        ("  base_kv: 0.4\n", "", "base_kv"),
        ("  base_kv: 0.4\n", "  base_kv: 0.4\n  case: ieee33\n", "either"),
        ("load_kw: 2}", "load_kw: 90}", "before the site draws anything"),
        ("  base_kv: 0.4\n", "  base_kv: 0.4\n  minimum_pu: 1.049\n", "minimum_pu"),
    ],
)  # fmt: skip
def test_a_feeder_that_cannot_be_is_refused_with_what_is_wrong(old: str, new: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        site((old, new))


def test_load_that_takes_a_bus_out_of_the_band_is_refused_with_bus_and_time() -> None:
    heavy = site(("base_load: {mean_kw: 2}", "base_load: {mean_kw: 60}"))
    with pytest.raises(InputError, match=r"(?s)voltage at bus 3 at 2024-06-02T22.*widen the band"):
        build_scenario(heavy, start=date(2024, 6, 3), days=1)


def test_buses_without_a_feeder_and_a_feeder_without_buses_are_refused() -> None:
    begin, end = STREET.index("feeder:"), STREET.index("nodes:")
    with pytest.raises(InputError, match="no feeder"):
        parse_site(STREET[:begin] + STREET[end:], "street.yaml")
    with pytest.raises(InputError, match="no node is on the feeder"):
        parse_site(STREET.replace(", bus: a}", "}").replace(", bus: 3}", "}"), "street.yaml")


def test_the_published_case_is_had_by_its_name() -> None:
    lines = STREET[STREET.index("feeder:") : STREET.index("nodes:")]
    text = STREET.replace(lines, "feeder: {case: ieee33, minimum_pu: 0.9}\n").replace("bus: a", "bus: 18")
    arrays = site_arrays(parse_site(text, "street.yaml"))
    assert len(arrays.bus_names) == 33
    assert arrays.feeder_rows is not None
    assert arrays.feeder_rows[17].sum() == 6
