"""The study of paper 004 writes its page, keeps what it trained, and tells what its figures show."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from wattswarm.papers.p004_peers.study.design import LITERAL, SOUND, Design
from wattswarm.papers.p004_peers.study.judging import CHANCE, UNCONTROLLED, Findings, find
from wattswarm.papers.p004_peers.study.page import charts, page
from wattswarm.papers.p004_peers.world import Settings

DESIGN = Design(seeds=2, episodes=60, days=4, settings=Settings(vehicles=6))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("contracts")


@pytest.fixture(scope="module")
def found(folder: Path) -> Findings:
    return find(DESIGN, folder, lambda _: None)


def test_uncontrolled_is_0_and_nobody_beats_perfect_foresight(found: Findings) -> None:
    assert found.score(found.row(UNCONTROLLED)) == pytest.approx([0.0])
    assert all(found.score(row).max() <= 1.0 + 1e-6 for row in found.rows)
    assert found.score(found.row(SOUND.label)).mean() > found.score(found.row(CHANCE)).mean()


def test_the_page_holds_every_way_to_decide_and_every_figure(found: Findings) -> None:
    drawn = charts(found)
    text = "\n\n".join(page(found, drawn))
    for row in found.rows:
        assert f"| {row.label} |" in text
    assert all(f"({chart.name}.png)" in text for chart in drawn)
    assert "nan" not in text


def test_shares_of_actions_add_up_where_a_state_was_visited(found: Findings) -> None:
    for name in (SOUND.folder, LITERAL.folder):
        total = found.habits[name].share.sum(axis=0)
        assert np.nanmax(np.abs(total - 1.0)) < 1e-9


def test_what_is_trained_is_not_trained_again(found: Findings, folder: Path) -> None:
    before = (folder / SOUND.folder / "metrics.jsonl").read_text()
    again = find(DESIGN, folder, lambda _: None)
    assert (folder / SOUND.folder / "metrics.jsonl").read_text() == before
    np.testing.assert_array_equal(again.row(SOUND.label).worth, found.row(SOUND.label).worth)
    assert json.loads(before.splitlines()[-1])["env_steps"] >= DESIGN.steps
