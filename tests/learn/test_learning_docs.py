"""The page on learning shows what is there: its example trains, and its table has every learner."""

from __future__ import annotations

import re
import sys
from types import ModuleType
from typing import Any

import jax
import numpy as np
import pytest
from tests.conftest import DOCS

from wattswarm.bench.learning import Levels
from wattswarm.learn.registry import learner_names
from wattswarm.learn.training.collect import evaluate
from wattswarm.learn.training.runner import train

PAGE = (DOCS / "learning.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def averages() -> Any:
    [source] = [block for block in BLOCKS if "class Averages" in block]
    # Dataclasses look their module up.
    module = ModuleType("example")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "example", module)
        exec(source, module.__dict__)
    return module.Averages


def test_the_example_is_short_and_learns_to_sell(averages: Any) -> None:
    [source] = [block for block in BLOCKS if "class Averages" in block]
    body = source[source.index("class Averages") :]
    assert len([line for line in body.splitlines() if line.strip()]) <= 32
    problem = Levels(3)
    trained = train(problem, averages(updates=1), steps=5 * 8 * 24, seeds=[0, 1], blocks=1)
    state = trained.policy(0)
    # Emptying a store is paid and filling it costs, so on average selling is best.
    assert np.all(np.argmax(state["paid"] / state["taken"], axis=-1) <= 1)
    start = trained.learner.init(jax.random.key(0), problem.layout)
    scores = [evaluate(problem, trained.learner, s, jax.random.key(5), 4).mean() for s in (start, state)]
    assert scores[1] >= scores[0]


def test_the_table_has_every_learner_of_the_registry_once() -> None:
    named = re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE)
    assert sorted(named) == sorted(learner_names())


def test_the_other_example_names_things_that_exist() -> None:
    [source] = [block for block in BLOCKS if "class Averages" not in block]
    space: dict[str, Any] = {"problem": Levels(2), "folder": None}
    # The example's own words, for fewer steps of a learner that compiles at once.
    exec(
        source.replace("300_000", "48").replace('"qmix", hidden=32', '"ippo", **small'),
        space | {"small": SMALL},
    )


SMALL = {"hidden": 4, "recurrent": False, "environments": 2, "sequence": 12, "epochs": 1, "minibatches": 1}
