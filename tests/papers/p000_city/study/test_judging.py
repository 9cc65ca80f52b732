"""Small cities are judged by the people that learned under a sky that they never saw, once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from wattswarm.market.fees import free
from wattswarm.papers.p000_city.presets import small
from wattswarm.papers.p000_city.study import judging
from wattswarm.papers.p000_city.study.design import Case, full_design
from wattswarm.papers.p000_city.study.judging import Judged, judge_tables, judged_city
from wattswarm.papers.p000_city.world import build

LIFE = Case(city=small(), fees="free", days=10, seed=3)


def test_the_city_that_judges_has_the_people_of_the_city_that_learned_and_another_sky() -> None:
    learned, judges = build(small(), free(), seed=3), judged_city(3)
    np.testing.assert_allclose(judges.people.drive_kwh, learned.people.drive_kwh, rtol=1e-6)
    np.testing.assert_array_equal(judges.people.away, learned.people.away)
    assert judges.dtype == np.float64
    # Nights are dark under every sky: of the days, hardly an hour is alike.
    day = np.asarray(learned.surroundings.roof_kwh) > 0.1
    apart = np.abs(np.asarray(judges.surroundings.roof_kwh) - np.asarray(learned.surroundings.roof_kwh))
    assert (apart[day] > 0.01).mean() > 0.9


def test_what_was_judged_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Judged((1.5, -2.5), 3.0, 0, tuple(map(float, range(24))), (0.0,) * 24)
    monkeypatch.setattr(judging, "_tables", lambda *_: made)
    assert judge_tables(LIFE, (14,), tmp_path) == made
    monkeypatch.delattr(judging, "_tables")
    assert judge_tables(LIFE, (14,), tmp_path) == made
    with pytest.raises(NameError):
        judge_tables(LIFE, (15,), tmp_path)


def test_learners_of_a_seed_share_its_city_and_pay_nothing_for_payments() -> None:
    for group in full_design().small().values():
        assert [case.seed for case in group] == list(range(10))
        assert all(case.fees == "free" and case.city.vehicles == 40 for case in group)
