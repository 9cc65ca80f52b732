"""Every way to train that the study names can be made with the settings it names."""

from __future__ import annotations

import pytest

from wattswarm.learn.registry import learner
from wattswarm.study.pool.contest import ENTRIES, Entry


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.folder)
def test_the_settings_fit_the_learner_and_its_sequences_divide_a_week(entry: Entry) -> None:
    changes = dict(entry.changes)
    made = learner(entry.algorithm, **changes)  # type: ignore[arg-type]
    assert {name: getattr(made, name) for name in changes} == changes
    assert 168 % made.sequence == 0


def test_folders_differ() -> None:
    assert len({entry.folder for entry in ENTRIES}) == len(ENTRIES)
