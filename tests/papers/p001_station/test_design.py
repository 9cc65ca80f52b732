"""What the study computes: days of one role, folders of their own, a quick form that is small."""

from __future__ import annotations

from typing import Any

import pytest

from wattswarm.evaluate.split import days_of, months_of
from wattswarm.learn.registry import any_learner, is_supervised
from wattswarm.papers.p001_station.design import CONGESTED, SMALL_CONGESTED, Design, full_design, quick_design
from wattswarm.papers.p001_station.study import cpu_seconds

BOTH = pytest.mark.parametrize("design", [full_design(), quick_design()], ids=["full", "quick"])


@BOTH
def test_no_day_has_two_roles(design: Design) -> None:
    learned = set(design.champion.all_dates)
    assert learned.isdisjoint(design.days)
    assert max(learned) < min(design.days)
    assert len(set(design.days)) == len(design.days)


@BOTH
def test_every_training_has_a_folder_of_its_own_and_every_file_one_owner(design: Design) -> None:
    trainings = {each.training for each in design.evaluations()}
    assert len({training.folder for training in trainings}) == len(trainings)
    baselines = set(design.baselines())
    assert len({baseline.file for baseline in baselines}) == len(baselines)
    evaluations = set(design.evaluations())
    assert len({each.file for each in evaluations}) == len(evaluations)


@BOTH
def test_the_settings_fit_the_learners(design: Design) -> None:
    for each in design.evaluations():
        changes: dict[str, Any] = dict(each.training.changes)
        made = any_learner(each.training.algorithm, **changes)
        assert is_supervised(made.name) or 96 % made.sequence == 0


def test_the_small_congestion_is_a_fifth_of_the_large_one() -> None:
    assert SMALL_CONGESTED.count * 5 == CONGESTED.count
    assert SMALL_CONGESTED.limit_kw == CONGESTED.site().nodes[0].import_limit_kw / 5
    assert SMALL_CONGESTED.rush == CONGESTED.rush


def test_the_quick_form_takes_minutes_and_the_full_one_says_that_it_does_not() -> None:
    assert cpu_seconds(quick_design()) / 2 < 180.0 < cpu_seconds(full_design()) / 2


def test_days_are_spread_over_all_months_of_their_role() -> None:
    assert {f"{day:%Y-%m}" for day in days_of("test", 46)} == set(months_of("test"))
    assert len(days_of("validation", 1000)) == 91
