"""The page stands alone, harms nobody and says in words what came out."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date
from html.parser import HTMLParser

import matplotlib
import pytest

from wattswarm.report import compare_runs
from wattswarm.report.figures import draw_figures, svg
from wattswarm.report.figures.chart import colours, ranked, ranked_note
from wattswarm.report.figures.clock import window, window_note
from wattswarm.report.figures.prices import draw_prices
from wattswarm.report.html import page
from wattswarm.report.words import headline, number
from wattswarm.world import build_scenario

HOSTILE = "<script>alert(1)</script>\"'&"
VOID = {"meta", "br", "img", "use", "path"}


class Outline(HTMLParser):
    """Collects tags, attributes and whether every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def hub_page(hub, meta) -> str:
    return page(hub, draw_figures(hub), meta)


def test_the_page_refers_to_nothing_outside_itself(hub_page):
    outline = Outline()
    outline.feed(hub_page)
    assert outline.open == []
    assert "://" not in hub_page
    assert "@import" not in hub_page
    links = [value for name, value in outline.attributes if name in {"src", "href", "xlink:href", "action"}]
    assert all(value.startswith("#") for value in links)
    assert re.findall(r"url\((?!#)", hub_page) == []
    assert len(hub_page.encode()) < 3_000_000


def test_only_the_script_of_the_page_may_run(hub_page):
    scripts = re.findall(r"<script>(.*?)</script>", hub_page, flags=re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', hub_page)[1]
    assert f"sha256-{digest}" in policy
    assert policy.startswith("default-src &#x27;none&#x27;")
    assert not re.search(r"<[^>]*\son\w+=", hub_page)


def test_every_shape_that_a_figure_refers_to_is_on_the_page_once(hub_page):
    names = re.findall(r'\bid="([^"]+)"', hub_page)
    assert set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', hub_page)) != set()
    for pair in re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', hub_page):
        assert names.count(pair[0] or pair[1]) == 1


def test_a_hostile_name_is_shown_and_not_run(idle, site, meta, bound):
    scenario = build_scenario(site(name=HOSTILE), start=date(2024, 6, 3), days=1)
    found = compare_runs(
        [idle(scenario), idle(scenario, HOSTILE, 3.0), idle(scenario, "a $x_$ b")], bound(9.0)
    )
    text = page(found, draw_figures(found), meta)
    outline = Outline()
    outline.feed(text)
    assert outline.open == []
    assert outline.tags.count("script") == 1
    assert "alert(1)" in text
    assert "<script>alert" not in text


def test_the_page_is_made_for_phones_dark_rooms_and_paper(hub_page):
    assert 'name="viewport" content="width=device-width' in hub_page
    assert "prefers-color-scheme: dark" in hub_page
    assert "@media print" in hub_page
    assert "currentColor" in hub_page


def test_every_policy_and_the_bound_stand_in_the_table(hub, hub_page):
    table = hub_page[hub_page.index("<table") : hub_page.index("</table>")]
    for name in [*(row.policy for row in hub.rows), "perfect foresight"]:
        assert f">{name}</th>" in table
    widths = {len(re.findall(r"<t[hd][ >]", row)) for row in re.findall(r"<tr.*?</tr>", table)}
    assert len(widths) == 1


def test_the_headline_tells_gain_baseline_and_share(idle, site, bound):
    scenario = build_scenario(site(), start=date(2024, 6, 3), days=7)
    flat, good = idle(scenario), idle(scenario, "clever", 30.0)
    told = headline(compare_runs([flat, good], bound(40.0))).replace("\u00a0", " ")
    assert told == (
        "The best policy, clever, earns 30.00 EUR a week more than uncontrolled: "
        "75 % of what perfect foresight could."
    )
    assert headline(compare_runs([flat, good], None)).endswith("more than uncontrolled.")
    assert "No policy" in headline(compare_runs([flat, idle(scenario, "idle", -1.0)], bound(40.0)))
    assert headline(compare_runs([flat], bound(40.0))).startswith("uncontrolled earns 0.00")


@pytest.mark.parametrize(("value", "text"), [(-0.001, "0.00"), (-1234.5, "−1,234.50"), (None, "–")])
def test_numbers_are_written_for_people(value, text):
    assert number(value, 2) == text


def test_drawing_leaves_the_settings_of_matplotlib_alone_and_repeats_exactly(hub):
    before = dict(matplotlib.rcParams)
    first, second = (svg(draw_prices(hub)) for _ in range(2))
    assert dict(matplotlib.rcParams) == before
    assert first == second


def test_bars_hold_the_best_policies_and_the_baseline_and_say_what_they_leave_out(idle, site):
    scenario = build_scenario(site(), start=date(2024, 6, 3), days=1)
    many = [idle(scenario, f"policy {at}", float(at)) for at in range(1, 16)]
    found = compare_runs([idle(scenario), *many], None)
    assert [row.policy for row in ranked(found)] == [
        *(f"policy {at}" for at in range(15, 6, -1)),
        "uncontrolled",
    ]
    assert "6 policies" in ranked_note(found)
    assert len(set(colours(found).values())) > 6


def test_long_horizons_are_shown_by_the_week_of_the_highest_import(idle, site):
    scenario = build_scenario(site(base_load={"mean_kw": 5.0}), start=date(2024, 6, 3), days=21)
    run = idle(scenario)
    run.flows.import_kw[15 * 24 + 3] = 90.0
    found = compare_runs([run], None)
    shown = window(found)
    assert shown.start == 12 * 24
    assert shown.stop - shown.start == 7 * 24
    assert "7 days" in window_note(found)
    assert (
        window_note(compare_runs([idle(build_scenario(site(), start=date(2024, 6, 3), days=2))], None)) == ""
    )
