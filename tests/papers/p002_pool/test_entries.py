"""Every way to train that the study names can be made with the settings it names."""

from __future__ import annotations

from typing import Any

import pytest

from wattswarm.learn.registry import any_learner, is_supervised
from wattswarm.papers.p002_pool.design import ENTRIES, Entry


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.folder)
def test_the_settings_fit_the_learner_and_its_sequences_divide_a_week(entry: Entry) -> None:
    changes = dict(entry.changes)
    made: Any = any_learner(entry.algorithm, **changes)
    assert {name: getattr(made, name) for name in changes} == changes
    assert is_supervised(entry.algorithm) or 168 % made.sequence == 0


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.folder)
def test_the_time_of_an_entry_is_known(entry: Entry) -> None:
    assert entry.seconds(200_000) > 0
    assert (entry.seconds(200_000) == entry.seconds(0)) == is_supervised(entry.algorithm)


def test_folders_differ() -> None:
    assert len({entry.folder for entry in ENTRIES}) == len(ENTRIES)
