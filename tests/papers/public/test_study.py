"""The study of public problems sets like beside like, and writes what it found."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

pytest.importorskip("gymnax", reason="the extra `peers` is not installed")
pytest.importorskip("jaxmarl", reason="the extra `peers` is not installed")

from wattswarm.errors import InputError
from wattswarm.evaluate.statistics import Interval
from wattswarm.learn.registry import learner
from wattswarm.papers.experiment.options import Options
from wattswarm.papers.public.problems import CartPole, SimpleSpread
from wattswarm.papers.public.spread_rules import fly_assigned, play_rule, random_moves
from wattswarm.papers.public.study import (
    ENTRIES,
    SOLVED,
    Entry,
    Published,
    Row,
    entries_of,
    from_original,
    run_outside,
    table_of,
)


def row(score: float, published: Published) -> Row:
    return Row("p", "a", 10, 6.0, (score, score), Interval(score, score - 1, score + 1), published, {})


@pytest.fixture(scope="module")
def random_scores() -> np.ndarray:
    return play_rule(SimpleSpread(), random_moves, jax.random.key(0), 1024)


def test_random_moves_score_what_they_do_in_the_original_problem(random_scores: np.ndarray) -> None:
    # EPyMARL's issue 29: a random policy earns about -700 in all, -233 an agent, in the original's scale.
    error = 3 * random_scores.std() / np.sqrt(random_scores.size)
    assert abs(random_scores.mean() - from_original(-700 / 3)) < error + 0.3


def test_who_bumps_and_stands_still_is_paid_alike_in_both_scales() -> None:
    # Three agents on one spot, 25 steps, distances d to three landmarks: the original pays each all rewards.
    distance, bumps = 2.5, 2
    original = 25 * 3 * (-distance - bumps - 1)
    ours = 25 * 0.5 * (-distance - bumps)
    assert from_original(original) == pytest.approx(ours)


def test_flying_to_assigned_landmarks_beats_random_moves_and_every_published_score(
    random_scores: np.ndarray,
) -> None:
    flown = play_rule(SimpleSpread(), fly_assigned, jax.random.key(1), 1024).mean()
    assert flown > random_scores.mean() + 15
    published = [entry.published.score for entry in ENTRIES if entry.problem is SimpleSpread]
    assert all(random_scores.mean() < score < flown for score in published)


def test_every_entry_names_a_learner_and_settings_that_exist() -> None:
    for entry in ENTRIES:
        made = learner(entry.algorithm, updates=3, **entry.changes)
        shorter, longer = sorted((made.sequence, entry.problem().horizon))
        assert longer % shorter == 0, "episodes and sequences end together"


def test_entries_are_those_of_the_algorithms_asked_for_and_all_unasked() -> None:
    assert {entry.problem for entry in entries_of(["qmix"])} == {CartPole, SimpleSpread}
    assert {entry.algorithm for entry in entries_of(["qmix", "ippo"])} == {"qmix", "ippo"}
    assert entries_of([]) == ENTRIES
    with pytest.raises(InputError, match="did you mean qmix"):
        entries_of(["qmixx"])


def test_a_score_within_the_published_margin_counts_as_reached() -> None:
    goal = Published(-9.0, 0.5, 100, "someone")
    assert row(-9.4, goal).reached
    assert not row(-9.6, goal).reached
    assert "| -9.60 (-10.60 to -8.60) | -9.00 ± 0.50 | 100 | no |" in table_of((row(-9.6, goal),))


def test_the_study_trains_judges_and_writes_and_goes_on_from_its_files(tmp_path: Path) -> None:
    small = {
        "environments": 2,
        "minibatches": 1,
        "epochs": 1,
        "hidden": 8,
        "sequence": 10,
        "recurrent": False,
    }
    entry = Entry("ippo", CartPole, 100, SOLVED, small)
    told: list[str] = []
    rows = run_outside(Options(tmp_path, seeds=2, tell=told.append), entries=(entry,))
    assert len(told) == 5 + 1
    assert all(text.startswith("cart-pole ippo: ") for text in told[:5])
    assert rows[0].env_steps == 100
    assert len(rows[0].scores) == 2
    assert 5 <= rows[0].score.low <= rows[0].score.value <= rows[0].score.high <= 500
    written = json.loads((tmp_path / "outside.json").read_text())
    assert written[0]["scores"] == list(rows[0].scores)
    assert table_of(rows) in (tmp_path / "outside.md").read_text()
    again = run_outside(Options(tmp_path, seeds=2, tell=told.append), entries=(replace(entry),))
    assert told[5:] == [f"wrote {tmp_path / 'outside.md'}"] * 2, "nothing is trained twice"
    assert again[0].scores == rows[0].scores
