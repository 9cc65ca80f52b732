"""What the study of paper 003 computes: which fits it counts, and what it judges by both rules of publishing."""

from __future__ import annotations

import pytest

from wattswarm.forecast.registry import forecaster_names
from wattswarm.study.fusion.contest import Contest, full_contest, quick_contest
from wattswarm.study.fusion.places import PublishedPlace
from wattswarm.study.fusion.trials import MPC


@pytest.mark.parametrize("contest", [full_contest(), quick_contest()], ids=["full", "quick"])
def test_the_fits_that_are_counted_are_those_that_trials_and_lessons_ask_for(contest: Contest) -> None:
    asked = {(trial.belief, day) for trial in contest.trials() for day in trial.nights}
    for lesson in contest.lessons(alpha=1.0):
        days = (*lesson.dates("training"), *lesson.dates("validation"), *contest.nights)
        asked |= {(lesson.game.belief, day) for day in days}
    months = {(name, day.replace(day=1)) for name, day in asked if name in forecaster_names()}
    assert contest.fits() == months


@pytest.mark.parametrize("contest", [full_contest(), quick_contest()], ids=["full", "quick"])
def test_planner_and_fused_control_are_judged_where_prices_are_published_under_every_weight(
    contest: Contest,
) -> None:
    planned = {trial.place for trial in contest.trials() if trial.policy == MPC}
    learned = {exam.place for exam in contest.exams(alpha=1.0) if exam.lesson.label == "fused"}
    for place in contest.places():
        assert place in planned & learned
        assert PublishedPlace(weights=place.weights) in planned & learned
