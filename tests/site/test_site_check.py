"""Sites whose fields are valid one by one but contradict each other."""

import pytest
from hypothesis import given, strategies as st

from wattswarm.errors import InputError
from wattswarm.site import check_site, load_example, parse_site
from wattswarm.site.check import site_problems
from wattswarm.site.schema import Tariff

GOOD = """\
name: Test site
location: {latitude: 52.1, longitude: 5.1, timezone: Europe/Amsterdam}
nodes:
  - name: grid
    import_limit_kw: 100
    export_limit_kw: 50
  - name: board
    parent: grid
    import_limit_kw: 60
stations:
  - name: north
    node: board
    ports:
      - count: 4
        power_kw: 22
  - name: south
    node: grid
    storage: {capacity_kwh: 200, power_kw: 100}
    base_load: {mean_kw: 10}
vehicles:
  - name: one
    capacity_kwh: 60
  - name: two
    capacity_kwh: 80
tariff:
  import_adder_per_kwh: 0.05
"""


def refusal(*changes):
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(InputError) as caught:
        parse_site(text, "site.yaml")
    return str(caught.value)


def test_the_site_before_the_changes_is_good():
    assert site_problems(parse_site(GOOD, "site.yaml")) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("node: board", "node: baord", "12, stations[0].node", "did you mean 'board'?"),
        ("parent: grid", "parent: gird", "8, nodes[1].parent", "did you mean 'grid'?"),
        ("parent: grid", "parent: board", "8, nodes[1].parent", "board -> board"),
        ("    parent: grid\n", "", "7, nodes[1]", "a second node without a parent"),
        ("name: board", "name: grid", "7, nodes[1].name", "nodes[0] has the same name"),
        ("name: south", "name: north", "16, stations[1].name", "stations[0] has the same name"),
        ("name: two", "name: one", "23, vehicles[1].name", "vehicles[0] has the same name"),
        ("mean_kw: 10", "mean_kw: 101", "5, nodes[0].import_limit_kw", "base load and demand alone"),
        ("mean_kw: 10}", "mean_kw: 60}\n    demand: {mean_kw: 41}", "5, nodes[0].import_limit_kw", "101 kW"),
        ("power_kw: 22", "power_kw: 22\n        minimum_kw: 16", "9, nodes[1].import_limit_kw", "64 kW"),
        ("power_kw: 22", "power_kw: 22\n        kind: DC", "16, stations[0].ports[0].kind", "dc_curve"),
        (
            "power_kw: 22",
            "power_kw: 22\n        discharge_kw: 9",
            "16, stations[0].ports[0].discharge_kw",
            "v2g",
        ),
        (
            "power_kw: 100}",
            "power_kw: 100, minimum_soc: 0.9, initial_soc: 0.9}",
            "18, stations[1].storage",
            "empty",
        ),
        (
            "capacity_kwh: 60",
            "target_soc: 0.05\n    capacity_kwh: 60",
            "22, vehicles[0].target_soc",
            "minimum_soc",
        ),
        ("import_adder_per_kwh: 0.05", "import_multiplier: 1.2", "25, tariff", "at a market price of -1 "),
    ],
)
def test_a_contradiction_is_named_with_its_line(old, new, place, words):
    message = refusal((old, new))
    assert f"site.yaml:{place}: " in message
    assert words in message


def test_nodes_in_a_circle_are_shown_as_one():
    message = refusal(("    import_limit_kw: 100", "    parent: board\n    import_limit_kw: 100"))
    assert "grid -> board -> grid" in message
    assert "no node is the grid connection" in message


def test_all_contradictions_are_reported_together():
    message = refusal(
        ("power_kw: 22", "power_kw: 22\n        minimum_kw: 16\n        discharge_kw: 9\n        kind: DC"),
        ("import_adder_per_kwh: 0.05", "import_multiplier: 1.2"),
        ("mean_kw: 10", "mean_kw: 101"),
    )
    assert message.startswith("site.yaml: 5 problems")


def test_a_fallback_that_fits_is_allowed_up_to_the_limit():
    parse_site(GOOD.replace("power_kw: 22", "power_kw: 22\n        minimum_kw: 15"), "site.yaml")


def test_minimum_powers_are_held_against_each_phase():
    single = "power_kw: 22\n        minimum_kw: 5.5\n        phases: L1"
    message = refusal(
        ("    import_limit_kw: 60", "    import_limit_kw: 60\n    phase_limits: true"),
        ("power_kw: 22", single),
    )
    assert "22 kW through board L1" in message
    assert "at most 20 kW" in message


@pytest.mark.parametrize("feed", ["solar: {peak_kw: 5}", "storage: {capacity_kwh: 9, power_kw: 5}"])
def test_line_to_line_ports_with_feed_in_behind_phase_limits_are_refused(feed):
    message = refusal(
        ("    import_limit_kw: 60", "    import_limit_kw: 60\n    phase_limits: true"),
        ("power_kw: 22", f"power_kw: 22\n        phases: L1L2\n    {feed}"),
    )
    assert "site.yaml:10, nodes[1].phase_limits: " in message


def test_line_to_line_ports_alone_may_have_phase_limits():
    text = GOOD.replace("    import_limit_kw: 60", "    import_limit_kw: 60\n    phase_limits: true")
    parse_site(text.replace("power_kw: 22", "power_kw: 22\n        phases: L1L2"), "site.yaml")


def test_a_child_limit_that_never_binds_and_demand_beside_ports_are_allowed():
    text = GOOD.replace("import_limit_kw: 60", "import_limit_kw: 6000")
    parse_site(text.replace("mean_kw: 10}", "mean_kw: 10}\n    demand: {mean_kw: 5}"), "site.yaml")


def test_a_site_of_too_many_ports_and_limits_is_refused():
    row = "      - {count: 10000, power_kw: 11}\n"
    assert "too large" in refusal(("    ports:\n", "    ports:\n" + row * 2501))


@given(st.floats(0.5, 1.5), st.floats(-0.2, 0.6), st.floats(0, 1), st.floats(0, 0.3))
def test_a_tariff_is_refused_exactly_where_export_pays_more_than_import(multiplier, adder, share, fee):
    tariff = Tariff(
        import_multiplier=multiplier, import_adder_per_kwh=adder, export_share=share, export_fee_per_kwh=fee
    )
    site = load_example("pool").model_copy(update={"tariff": tariff})
    prices = [step / 500 - 1 for step in range(1001)]
    gains = [p - (1 - share) * abs(p) - fee - (p * multiplier + adder) for p in prices]
    worst = max(gains)
    problems = site_problems(site)
    if worst > 1e-9:
        [problem] = problems
        first = next(price for price, gain in zip(prices, gains, strict=True) if gain > 1e-9)
        stated = float(problem.what.split("market price of ")[1].split()[0])
        assert first - 0.0025 <= stated <= first + 1e-3
    elif worst < -1e-9:
        assert problems == []


def test_a_site_made_in_python_is_checked_by_name():
    hub = load_example("hub")
    check_site(hub)
    lost = hub.stations[0].model_copy(update={"node": "attic"})
    with pytest.raises(InputError, match=r"Riverside hub, stations\[0\]\.node: no node has this name"):
        check_site(hub.model_copy(update={"stations": (lost, *hub.stations[1:])}))
