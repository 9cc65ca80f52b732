"""Every learner can be had by its name, bears it, and says which settings it has."""

from __future__ import annotations

import pytest

from wattswarm.errors import InputError
from wattswarm.learn.problem import TaskProblem
from wattswarm.learn.registry import (
    any_learner,
    describe,
    is_supervised,
    learner,
    learner_names,
    read_settings,
    settings,
    supervised_learner,
)
from wattswarm.learn.supervised import SupervisedLearner
from wattswarm.learn.training.acting import acting_names, named_leaves, state_shapes

TRYING = [name for name in learner_names() if not is_supervised(name)]
BY_PLANS = [name for name in learner_names() if is_supervised(name)]


@pytest.mark.parametrize("name", TRYING)
def test_every_learner_bears_the_name_it_is_found_by(name: str) -> None:
    made = learner(name, updates=7)
    assert made.name == name
    assert made.updates == 7
    assert made.environments >= 1
    assert made.sequence >= 1
    assert describe(name).endswith(".")


@pytest.mark.parametrize("name", learner_names())
def test_every_setting_can_be_set_to_its_usual_value_in_words(name: str) -> None:
    usual = settings(name)
    words = [f"{field}={value}" for field, value in usual.items()]
    assert read_settings(name, words) == usual
    assert any_learner(name, **usual) == any_learner(name)


@pytest.mark.parametrize("name", BY_PLANS)
def test_who_is_taught_bears_its_name_and_keeps_what_acting_reads(name: str, tiny_pool: TaskProblem) -> None:
    made = supervised_learner(name)
    assert isinstance(made, SupervisedLearner)
    assert made.name == name
    assert acting_names(made, tiny_pool.layout) == tuple(named_leaves(state_shapes(made, tiny_pool.layout)))
    assert supervised_learner(name, quick=True) != made
    assert "updates" in settings(name)


def test_learners_of_the_other_kind_are_refused() -> None:
    with pytest.raises(InputError, match="dagger, values"):
        supervised_learner("qmix")
    with pytest.raises(InputError, match=r"tabular, mappo.*apg$"):
        learner("dagger")


@pytest.mark.parametrize("name", TRYING)
def test_acting_reads_a_part_of_what_every_learner_keeps(name: str, tiny_pool: TaskProblem) -> None:
    made = learner(name)
    whole = named_leaves(state_shapes(made, tiny_pool.layout))
    read = acting_names(made, tiny_pool.layout)
    assert read
    assert set(read) < set(whole)


def test_settings_change_the_learner() -> None:
    made = learner("qmix", **read_settings("qmix", ["hidden=16", "rate=0.25", "double=false"]))
    assert (made.hidden, made.rate, made.double) == (16, 0.25, False)  # type: ignore[attr-defined]  # Qmix has them


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("hidden", "field=value"),
        ("hiden=3", "did you mean hidden"),
        ("hidden=wide", "a whole number"),
        ("hidden=1.5", "a whole number"),
        ("hidden=0", "above 0"),
        ("environments=-2", "above 0"),
        ("rate=-1", "above 0"),
        ("rate=nan", "above 0"),
        ("double=perhaps", "true or false"),
        ("name=x", "no such setting"),
        ("updates=3", "no such setting"),
    ],
)
def test_a_wrong_setting_is_told(word: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as refused:
        read_settings("qmix", [word], where="--set")
    assert "--set" in str(refused.value)


def test_unknown_names_are_told_with_those_that_exist() -> None:
    with pytest.raises(InputError, match=r"(?s)dhqmix.*did you mean qmix"):
        learner("qmixx")
    with pytest.raises(InputError, match=r"(?s)hidden.*did you mean hidden"):
        learner("qmix", hiden=3)
