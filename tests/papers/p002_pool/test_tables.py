"""The study's tables set profits beside the bound, and the paper's beside ours."""

from __future__ import annotations

import numpy as np
import pytest

from wattswarm.papers.p002_pool.design import ENTRIES, PAPER_PROFIT, full_design, generated_design
from wattswarm.papers.p002_pool.tables import Row, beside_the_paper, standings

YARDS = [
    {"no flexibility": 50.0, "MPC, perfect": 100.0, "bound": 100.0},
    {"no flexibility": 100.0, "MPC, perfect": 199.0, "bound": 200.0},
]


def test_the_table_ranks_by_profit_and_tells_share_of_bound_and_of_flexibility() -> None:
    good = Row("good", np.array([[90.0, 180.0], [90.0, 180.0]]), env_steps=1000, cpu_s=2.0)
    lines = standings([Row("idle", np.array([[50.0, 100.0]])), good], YARDS).splitlines()
    assert lines[2].startswith("| good | 2 | 135 | 90.0 [90.0, 90.0] | 0.800 [0.800, 0.800] | 1,000 | 2 |")
    assert lines[3].startswith("| idle | 1 | 75 | 50.0 | 0.000 |")


def test_the_papers_shares_of_its_bound_are_those_of_its_own_figures() -> None:
    text = beside_the_paper("east", [Row("QMIX", np.array([[90.0, 180.0]]))], YARDS)
    assert "| DH-QMIX | 33,063.44 | 92.0 | not trained |" in text
    assert "| QMIX | 31,391.70 | 87.4 | 90.0 |" in text


@pytest.mark.parametrize("region", PAPER_PROFIT)
def test_every_learner_of_the_paper_takes_part(region: str) -> None:
    assert set(PAPER_PROFIT[region]) - {"bound"} <= {entry.label for entry in ENTRIES}


def test_seeds_are_split_into_groups_that_hold_each_once() -> None:
    design = full_design()
    assert [seed for chunk in design.chunks for seed in chunk] == list(range(design.seeds))
    assert generated_design(design).entries == design.entries
