"""What the study computes: days of one role, folders of their own, a quick form that is small."""

from __future__ import annotations

from typing import Any

import pytest

from wattswarm.evaluate.split import days_of, months_of
from wattswarm.learn.registry import any_learner, is_supervised
from wattswarm.papers.p001_station.contest import (
    CONGESTED,
    SMALL_CONGESTED,
    Contest,
    full_contest,
    quick_contest,
)
from wattswarm.papers.p001_station.run import seconds

BOTH = pytest.mark.parametrize("contest", [full_contest(), quick_contest()], ids=["full", "quick"])


@BOTH
def test_no_day_has_two_roles(contest: Contest) -> None:
    learned = set(contest.champion.all_days())
    assert learned.isdisjoint(contest.days)
    assert max(learned) < min(contest.days)
    assert len(set(contest.days)) == len(contest.days)


@BOTH
def test_every_lesson_has_a_folder_of_its_own_and_every_file_one_owner(contest: Contest) -> None:
    lessons = {exam.lesson for exam in contest.exams()}
    assert len({lesson.folder for lesson in lessons}) == len(lessons)
    trials = set(contest.trials())
    assert len({trial.file for trial in trials}) == len(trials)
    exams = set(contest.exams())
    assert len({exam.file for exam in exams}) == len(exams)


@BOTH
def test_the_settings_fit_the_learners(contest: Contest) -> None:
    for exam in contest.exams():
        changes: dict[str, Any] = dict(exam.lesson.changes)
        made = any_learner(exam.lesson.algorithm, **changes)
        assert is_supervised(made.name) or 96 % made.sequence == 0


def test_the_small_congestion_is_a_fifth_of_the_large_one() -> None:
    assert SMALL_CONGESTED.count * 5 == CONGESTED.count
    assert SMALL_CONGESTED.limit_kw == CONGESTED.site().nodes[0].import_limit_kw / 5
    assert SMALL_CONGESTED.rush == CONGESTED.rush


def test_the_quick_form_takes_minutes_and_the_full_one_says_that_it_does_not() -> None:
    assert seconds(quick_contest(), 2) < 180.0 < seconds(full_contest(), 2)


def test_days_are_spread_over_all_months_of_their_role() -> None:
    assert {f"{day:%Y-%m}" for day in days_of("test", 46)} == set(months_of("test"))
    assert len(days_of("validation", 1000)) == 91
