"""The page keeps the pool as printed apart: its own table, beside its own bound."""

from __future__ import annotations

import json

import numpy as np
import pytest

from wattswarm.evaluate.regions import Region, generated
from wattswarm.papers.p002_pool.design import generated_design, quick_design
from wattswarm.papers.p002_pool.judging import Score
from wattswarm.papers.p002_pool.page import Judged, RegionResult, page
from wattswarm.papers.p002_pool.tables import Row


@pytest.fixture(scope="module")
def region() -> Region:
    """Any region."""
    return generated()


def judged(label: str, bound: float) -> Judged:
    month = Score(90.0, 89.0, 10.0, 5.0, 2.0, 8.0, 0.0)
    rows = [Row(label, np.array([[90.0], [90.0]]))]
    return Judged(rows, [{"no flexibility": 50.0, "bound": bound}], {label: [[month], [month]]})


def written(result: RegionResult) -> str:
    return "\n\n".join(page(generated_design(quick_design()), [result], {}))


def test_what_was_trained_as_printed_has_a_table_in_shares_of_its_own_bound(region: Region) -> None:
    both = RegionResult("generated", region, judged("QMIX", 100.0), judged("QMIX, printed", 180.0), {})
    main, own = written(both).split("### As printed")
    assert "| QMIX | 2 | 90 | 90.0 [90.0, 90.0] | 0.800" in main
    assert "QMIX, printed" not in main
    assert "| QMIX, printed | 2 | 90 | 50.0 [50.0, 50.0] | 0.308" in own
    told = json.loads(json.dumps(both.record()))
    assert list(told["as printed"]["scores"]) == ["QMIX, printed"]
    assert told["yardsticks"] == [{"no flexibility": 50.0, "bound": 100.0}]


def test_a_page_without_such_trainings_has_no_such_table(region: Region) -> None:
    alone = RegionResult("generated", region, judged("QMIX", 100.0), None, {})
    assert "As printed" not in written(alone)
    assert alone.record()["as printed"] is None
