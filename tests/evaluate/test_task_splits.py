"""The splits of a task keep its roles apart, and what judges sees with the scales of what trained."""

from __future__ import annotations

import pytest

from wattswarm.errors import InputError
from wattswarm.evaluate.task_splits import splits_of_task
from wattswarm.tasks.registry import make_task, task_entry, task_names
from wattswarm.tasks.scaling import scales, with_scales
from wattswarm.tasks.shaping import Shaped


@pytest.mark.parametrize("task", ["pool", "hub"])
def test_no_day_has_two_roles(task: str) -> None:
    days = splits_of_task(task, quick=True)
    hours = [
        {int(time.astype("int64")) for scenario in role for time in scenario.times}
        for role in (days.training, days.validation, days.test)
    ]
    assert all(hours)
    assert not hours[0] & hours[1]
    assert not hours[0] & hours[2]
    assert not hours[1] & hours[2]


def test_the_same_seed_lays_out_the_same_days_and_another_seed_others() -> None:
    one, again, other = (splits_of_task("hub", quick=True, seed=seed).test[0] for seed in (1, 1, 2))
    assert one.market.tolist() == again.market.tolist()
    assert one.market.tolist() != other.market.tolist()


def test_validation_is_the_bare_task_seen_with_the_scales_of_training() -> None:
    days = splits_of_task("hub", quick=True)
    judged = days.judged.task
    assert not isinstance(judged, Shaped)
    assert isinstance(days.problem().task, Shaped)
    assert scales(judged) == scales(make_task("hub", days.training))
    assert scales(judged) != scales(make_task("hub", days.validation))
    assert days.about["scales"] == scales(judged)
    assert days.problem().layout == days.judged.layout


def test_scales_of_another_task_are_refused() -> None:
    hub = make_task("hub", splits_of_task("hub", quick=True).validation)
    with pytest.raises(InputError, match="power_kw"):
        with_scales(hub, {name: 1.0 for name in scales(hub) if "power_kw" not in name})


def test_unknown_tasks_and_regions_are_told_with_those_that_exist() -> None:
    with pytest.raises(InputError, match=r"(?s)station-literal.*did you mean pool"):
        splits_of_task("poool")
    with pytest.raises(InputError, match="generated, east, west"):
        splits_of_task("pool", "north")
    with pytest.raises(InputError, match="only the pool"):
        splits_of_task("station", "east")
    with pytest.raises(InputError, match="no folder"):
        splits_of_task("pool", "east")
    assert all(task_entry(name).description.endswith(".") for name in task_names())
