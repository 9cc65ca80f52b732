"""The parts of the study of paper 003: who learns from which nights, what is judged where, what is fitted."""

from __future__ import annotations

import pytest

from wattswarm.forecast.registry import forecaster_names
from wattswarm.papers.p003_fusion.contest import Contest, full_contest, quick_contest
from wattswarm.papers.p003_fusion.layers.places import PublishedPlace
from wattswarm.papers.p003_fusion.trials import MPC

_BOTH, _NAMES = (full_contest(), quick_contest()), ("full", "quick")


@pytest.mark.parametrize("contest", _BOTH, ids=_NAMES)
def test_the_fits_that_are_counted_are_those_that_trials_and_lessons_ask_for(contest: Contest) -> None:
    asked = {(trial.belief, day) for trial in contest.trials() for day in trial.nights}
    for lesson in contest.lessons(alpha=1.0):
        days = (*lesson.dates("training"), *lesson.dates("validation"), *contest.nights)
        asked |= {(lesson.game.belief, day) for day in days}
    months = {(name, day.replace(day=1)) for name, day in asked if name in forecaster_names()}
    assert contest.fits() == months


@pytest.mark.parametrize("contest", _BOTH, ids=_NAMES)
def test_planner_and_fused_control_are_judged_where_prices_are_published_under_every_weight(
    contest: Contest,
) -> None:
    planned = {trial.place for trial in contest.trials() if trial.policy == MPC}
    learned = {exam.place for exam in contest.exams(alpha=1.0) if exam.lesson.label == "fused"}
    for place in contest.places():
        assert place in planned & learned
        assert PublishedPlace(weights=place.weights) in planned & learned


@pytest.mark.parametrize("contest", _BOTH, ids=_NAMES)
def test_test_nights_teach_and_choose_nothing(contest: Contest) -> None:
    test = set(contest.nights)
    assert not test & set(contest.choosing)
    for lesson in contest.lessons(0.4):
        assert not test & {*lesson.dates("training"), *lesson.dates("validation")}
        # What curves are drawn between has to be what they were validated on.
        assert lesson.dates("validation") == contest.choosing
    files = [each.file for each in (*contest.exams(0.4), *dict.fromkeys(contest.trials()))]
    assert len(set(files)) == len(files)


def test_all_that_learns_is_judged_and_the_longest_lesson_is_begun_first() -> None:
    contest = full_contest()
    exams = contest.exams(0.4)
    assert {exam.lesson for exam in exams} == set(contest.lessons(0.4))
    assert exams[0].lesson.algorithm == "mappo"
    assert contest.lessons(0.4)[0] == contest.fused()
