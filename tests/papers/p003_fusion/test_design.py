"""The parts of the study of paper 003: who learns from which nights, what is judged where, what is fitted."""

from __future__ import annotations

import pytest

from wattswarm.forecast.registry import forecaster_names
from wattswarm.papers.p003_fusion.baselines import MPC
from wattswarm.papers.p003_fusion.design import Design, full_design, quick_design
from wattswarm.papers.p003_fusion.layers.places import PublishedPlace

_BOTH, _NAMES = (full_design(), quick_design()), ("full", "quick")


@pytest.mark.parametrize("design", _BOTH, ids=_NAMES)
def test_the_fits_that_are_counted_are_those_that_baselines_and_trainings_ask_for(design: Design) -> None:
    asked = {(baseline.belief, day) for baseline in design.baselines() for day in baseline.days}
    for training in design.trainings(alpha=1.0):
        days = (*training.all_dates, *design.nights)
        asked |= {(training.game.belief, day) for day in days}
    months = {(name, day.replace(day=1)) for name, day in asked if name in forecaster_names()}
    assert design.fits() == months


@pytest.mark.parametrize("design", _BOTH, ids=_NAMES)
def test_planner_and_fused_control_are_judged_where_prices_are_published_under_every_weight(
    design: Design,
) -> None:
    planned = {baseline.place for baseline in design.baselines() if baseline.policy == MPC}
    learned = {each.place for each in design.evaluations(alpha=1.0) if each.training.label == "fused"}
    for place in design.places():
        assert place in planned & learned
        assert PublishedPlace(weights=place.weights) in planned & learned


@pytest.mark.parametrize("design", _BOTH, ids=_NAMES)
def test_test_nights_teach_and_choose_nothing(design: Design) -> None:
    test = set(design.nights)
    assert not test & set(design.choosing)
    for training in design.trainings(0.4):
        assert not test & set(training.all_dates)
        # What curves are drawn between has to be what they were validated on.
        assert training.dates("validation") == design.choosing
    files = [each.file for each in (*design.evaluations(0.4), *dict.fromkeys(design.baselines()))]
    assert len(set(files)) == len(files)


def test_all_that_learns_is_judged_and_the_longest_training_is_begun_first() -> None:
    design = full_design()
    evaluations = design.evaluations(0.4)
    assert {each.training for each in evaluations} == set(design.trainings(0.4))
    assert evaluations[0].training.algorithm == "mappo"
    assert design.trainings(0.4)[0] == design.fused()
