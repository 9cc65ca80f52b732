"""Names of the learners, in the order of the papers: what the command line offers and files refer to."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wattswarm.errors import InputError, no_such
from wattswarm.learn.contract import Learner
from wattswarm.learn.supervised import SupervisedLearner
from wattswarm.registry import Catalogue, Entry


@dataclass(frozen=True)
class LearnerEntry(Entry):
    """A learner on offer: a class or function that takes fields by name, and `updates` where it tries."""

    continuous: bool = False
    """Whether it sets controls to any value, not to points of a grid."""
    supervised: bool = False
    """Whether it learns from optimal plans (`learn.supervised`); else from rewards."""
    quick: Mapping[str, Any] = field(default_factory=dict)
    """Fields of a training that only shows that it works."""


_VALUE = "wattswarm.learn.algorithms.value"
_GRADIENT = "wattswarm.learn.algorithms.gradient"
_SUPERVISED = "wattswarm.learn.algorithms.supervised"
_LEARNERS = Catalogue(
    "learner",
    "wattswarm.learners",
    LearnerEntry,
    {
        "tabular": LearnerEntry(
            f"{_VALUE}.tabular:Tabular", "A table of values for each agent, as in papers 000 and 004."
        ),
        "mappo": LearnerEntry(
            f"{_GRADIENT}.mappo:mappo", "PPO with a central critic, as in papers 001 and 002."
        ),
        "dhqmix": LearnerEntry(
            f"{_VALUE}.dhqmix:DhQmix", "QMIX with two mixers of which the lower is believed, as in paper 002."
        ),
        "qmix": LearnerEntry(
            f"{_VALUE}.qmix:Qmix", "One monotonic mixer over all agents' values, as in paper 002."
        ),
        "vdn": LearnerEntry(
            f"{_VALUE}.vdn:Vdn", "The value of the whole is the sum of the agents', as in paper 002."
        ),
        "iql": LearnerEntry(f"{_VALUE}.iql:Iql", "Every agent learns values as if alone, as in paper 002."),
        "dqn": LearnerEntry(f"{_VALUE}.dqn:Dqn", "One centre sees all and decides for all, as in paper 002."),
        "maddpg": LearnerEntry(
            f"{_GRADIENT}.maddpg:Maddpg", "Actors with a central critic of all actions, as in paper 002."
        ),
        "iac": LearnerEntry(f"{_GRADIENT}.iac:iac", "Actor and critic of each agent alone, as in paper 002."),
        "ippo": LearnerEntry(f"{_GRADIENT}.ippo:ippo", "PPO whose critics see only what their agent sees."),
        "ppo-continuous": LearnerEntry(
            f"{_GRADIENT}.ppo_continuous:ppo_continuous",
            "PPO over continuous controls, with a central critic.",
            continuous=True,
        ),
        "apg": LearnerEntry(
            f"{_GRADIENT}.apg:AnalyticGradient",
            "Follows the gradient of profit through the world itself.",
            continuous=True,
        ),
        "dagger": LearnerEntry(
            f"{_SUPERVISED}.imitation:Imitation",
            "Does what model predictive control would do, as far as its agents see.",
            continuous=True,
            supervised=True,
            quick={"rounds": 2, "environments": 2, "updates": 400},
        ),
        "values": LearnerEntry(
            f"{_SUPERVISED}.value_regression:ValueRegression",
            "Learns what stored energy is worth from optimal plans of the past, and acts by it.",
            continuous=True,
            supervised=True,
            quick={"windows": 32, "updates": 400},
        ),
    },
    where="algorithm",
)


def learner_names() -> tuple[str, ...]:
    """Return the names of all learners, in the order of the papers."""
    return tuple(_LEARNERS)


def describe(name: str) -> str:
    """Return what a learner does, in one sentence.

    Raises:
        InputError: there is no learner of that name.
    """
    return _LEARNERS[name].description


def needs_grid(name: str) -> bool:
    """Tell whether a learner chooses among points of a grid.

    Raises:
        InputError: there is no learner of that name.
    """
    return not _LEARNERS[name].continuous


def is_supervised(name: str) -> bool:
    """Tell whether a learner is supervised: it learns from plans, not from rewards.

    Raises:
        InputError: there is no learner of that name.
    """
    return _LEARNERS[name].supervised


def learner(name: str, updates: int = 1, **changes: Any) -> Learner:
    """Return a learner that learns from rewards, with its usual settings.

    Args:
        name: one of `learner_names()`.
        updates: how many updates the whole training has; the runner sets it.
        changes: fields to set otherwise.

    Raises:
        InputError: there is no learner or no field of that name, or it is supervised.
    """
    made: Learner = _made(name, False, {"updates": updates}, changes)
    return made


def supervised_learner(name: str, *, quick: bool = False, **changes: Any) -> SupervisedLearner:
    """Return a supervised learner with its usual settings.

    Args:
        name: one of `learner_names()`.
        quick: whether the training only has to show that it works.
        changes: fields to set otherwise.

    Raises:
        InputError: there is no learner or no field of that name, or it learns from rewards.
    """
    made: SupervisedLearner = _made(name, True, _LEARNERS[name].quick if quick else {}, changes)
    return made


def any_learner(name: str, **changes: Any) -> Learner | SupervisedLearner:
    """Return a learner of either kind, as `learner` and `supervised_learner` do."""
    return supervised_learner(name, **changes) if is_supervised(name) else learner(name, **changes)


def _made(name: str, by_plans: bool, usual: Mapping[str, Any], changes: Mapping[str, Any]) -> Any:
    if is_supervised(name) != by_plans:
        raise InputError(
            "the learner is trained in another way",
            where="algorithm",
            found=name,
            expected=", ".join(each for each in _LEARNERS if is_supervised(each) == by_plans),
        )
    known = _usual(name)
    for each in changes:
        if each not in known:
            raise no_such(f"{name} has no such setting", where="settings", found=each, known=known)
    return _LEARNERS[name].load()(**{**usual, **changes})


def settings(name: str) -> dict[str, Any]:
    """Return the settings of a learner and their usual values: numbers, words, and yes or no.

    Raises:
        InputError: there is no learner of that name.
    """
    plain = (bool, int, float, str, type(None))
    return {field: value for field, value in _usual(name).items() if isinstance(value, plain)}


def _usual(name: str) -> dict[str, Any]:
    """Return every field that may be set otherwise, and its usual value."""
    by_plans = is_supervised(name)
    usual = _LEARNERS[name].load()() if by_plans else _LEARNERS[name].load()(updates=1)
    # The runner sets the updates of those that learn from rewards to what their steps come to.
    left_out = ("name",) if by_plans else ("name", "updates")
    fields = [each.name for each in dataclasses.fields(usual) if each.init]
    return {field: getattr(usual, field) for field in fields if field not in left_out}


def read_settings(name: str, words: Sequence[str], where: str = "settings") -> dict[str, Any]:
    """Return settings written as `field=value`, each in the kind of its usual value.

    Args:
        words: such as `hidden=32`.
        where: what a message calls them.

    Returns:
        Values by field, for `learner(name, **values)`.

    Raises:
        InputError: no such field, or no such value.
    """
    known, read = settings(name), {}
    for word in words:
        field, equals, text = word.partition("=")
        if not equals:
            raise InputError(
                "a setting needs a name and a value",
                where=where,
                found=word,
                expected="field=value, such as hidden=32",
            )
        if field not in known:
            raise no_such(f"{name} has no such setting", where=where, found=field, known=known)
        read[field] = _read(field, text, known[field], where)
    return read


def _read(field: str, text: str, usual: Any, where: str) -> Any:
    words = {"true": True, "false": False, "none": None}
    if usual is None or isinstance(usual, bool):
        if text.lower() in words:
            return words[text.lower()]
        raise _no_value(field, text, "true or false", usual, where)
    if isinstance(usual, str):
        return text
    try:
        value: int | float = int(text) if isinstance(usual, int) else float(text)
    except ValueError:
        kind = "a whole number" if isinstance(usual, int) else "a number"
        raise _no_value(field, text, kind, usual, where) from None
    if value < (1 if isinstance(usual, int) and usual > 0 else 0) or math.isnan(value):
        raise _no_value(field, text, "a number above 0" if usual else "0 or more", usual, where)
    return value


def _no_value(field: str, text: str, expected: str, usual: Any, where: str) -> InputError:
    return InputError(
        f"not a valid value for {field}",
        where=where,
        found=text,
        expected=expected,
        mend=f"the default is {usual}",
    )
