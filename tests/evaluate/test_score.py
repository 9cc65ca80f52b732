"""The flexibility score: its ends, what does not move it, where it is undefined; it is computed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as hnp

import wattswarm
from wattswarm.evaluate.score import (
    flexibility_score,
    flexibility_scores,
    percent_of_bound,
    pooled_score,
    rounding,
    score_interval,
)

MONEY = st.floats(-1e4, 1e4)
GAINS = st.floats(0.1, 1e4)
BASELINE, BOUND = np.array([-100.0, -50.0]), np.array([-80.0, -50.0])


@given(MONEY, GAINS, st.floats(-1.0, 1.0))
def test_it_is_0_at_the_baseline_1_at_the_bound_and_straight_between(
    baseline: float, gain: float, share: float
) -> None:
    bound = baseline + gain
    assert flexibility_score(baseline, baseline, bound) == 0.0
    assert flexibility_score(bound, baseline, bound) == pytest.approx(1.0)
    assert flexibility_score(baseline + share * gain, baseline, bound) == pytest.approx(share, abs=1e-6)


@given(MONEY, MONEY, GAINS, MONEY, st.floats(1.0, 1e4))
def test_a_constant_and_another_currency_do_not_move_it(
    profit: float, baseline: float, gain: float, constant: float, rate: float
) -> None:
    bound = baseline + gain
    score = flexibility_score(profit, baseline, bound)
    assert score is not None
    moved = flexibility_score(profit + constant, baseline + constant, bound + constant)
    assert moved == pytest.approx(score, rel=1e-6, abs=1e-6)
    assert flexibility_score(rate * profit, rate * baseline, rate * bound) == pytest.approx(score, rel=1e-6)


@given(MONEY, MONEY, st.floats(0.0, 0.99))
def test_it_is_undefined_where_the_bound_gains_no_more_than_rounding(
    profit: float, bound: float, share: float
) -> None:
    assert flexibility_score(profit, bound - share * float(rounding(bound)), bound) is None
    assert flexibility_score(profit, bound + 1.0, bound) is None
    assert flexibility_score(profit, bound - 2.0 * float(rounding(bound)), bound) is not None


@given(hnp.arrays(np.float64, (3, 4), elements=MONEY), hnp.arrays(np.float64, 4, elements=MONEY))
def test_arrays_are_scored_horizon_by_horizon(profit: np.ndarray, baseline: np.ndarray) -> None:
    bound = baseline + np.array([0.0, 1.0, 20.0, 1e3])
    scores = flexibility_scores(profit, baseline, bound)
    assert np.isnan(scores[:, 0]).all()
    for run in range(3):
        for at in range(1, 4):
            alone = flexibility_score(profit[run, at], baseline[at], bound[at])
            assert scores[run, at] == pytest.approx(alone)


def test_a_day_without_anything_to_gain_does_not_spoil_the_pooled_score() -> None:
    assert pooled_score(np.array([-90.0, -50.0]), BASELINE, BOUND) == pytest.approx(0.5)
    assert pooled_score(np.array([-90.0, -55.0]), BASELINE, BOUND) == pytest.approx(0.25)
    assert np.isnan(pooled_score(BASELINE, BASELINE, BASELINE))


def test_the_interval_of_the_ends_has_no_width_and_of_nothing_to_gain_no_number() -> None:
    ends = [score_interval(np.tile(each, (2, 1)), BASELINE, BOUND) for each in (BASELINE, BOUND)]
    for found, expected in zip(ends, (0.0, 1.0), strict=True):
        assert (found.value, found.low, found.high) == pytest.approx((expected,) * 3)
    nothing = score_interval(np.tile(BASELINE, (2, 1)), BASELINE, BASELINE)
    assert np.isnan([nothing.value, nothing.low, nothing.high]).all()


def test_the_interval_holds_the_mean_and_narrows_with_more_runs() -> None:
    rng = np.random.default_rng(4)
    baseline, bound = np.zeros(30), rng.uniform(5.0, 10.0, 30)
    few, many = (
        score_interval(bound * rng.uniform(0.2, 0.8, (runs, 1)), baseline, bound, 500) for runs in (3, 60)
    )
    assert few.low < few.value < few.high
    assert many.high - many.low < 0.6 * (few.high - few.low)


def test_percent_of_bound_turns_round_for_losses_and_is_silent_across_zero() -> None:
    assert percent_of_bound(50.0, 200.0) == pytest.approx(25.0)
    assert percent_of_bound(-200.0, -50.0) == pytest.approx(25.0)
    assert percent_of_bound(-1.0, 100.0) is None
    assert percent_of_bound(0.0, 0.0) is None


def test_no_other_file_divides_by_a_gain() -> None:
    root = Path(wattswarm.__file__).parent
    files = [path for path in sorted(root.rglob("*.py")) if path != root / "evaluate/score.py"]
    found = [f"{path.relative_to(root)}:{line}" for path in files for line in _divisions(path.read_text())]
    assert len(files) > 300
    assert not found, "call wattswarm.evaluate.flexibility_score instead"


@pytest.mark.parametrize(
    "code",
    [
        "score = (values - idle) / (bound - idle)",
        "room = bound - baseline\nscore = (profit - baseline) / room if room > 1e-6 else None",
        "gain = self.bound - self.baseline\nreturn tuple((profit - self.baseline) / gain for profit in all)",
        "idle = profits[NO_FLEXIBILITY]\nscore = (profit - idle) / (profits[BOUND] - idle)",
        "room = float(np.sum(bound - idle))\nscore = np.sum(profit - idle) / room",
        "score = (worth - idle) / (best - idle)",
        "score = (row.worth.sum() - idle) / (self.bound.sum() - idle)",
        "room = np.asarray(bound, np.float64) - baseline\nscore = np.divide(profit - baseline, room)",
        "share = row.gain / comparison.bound.gain",
        "low = run['uncontrolled']\nshare = 100 * (mine - low) / (run['perfect foresight'] - low)",
        "share = (flat - cost) / (flat - optimum)",
    ],
)
def test_the_search_knows_a_division_by_a_gain(code: str) -> None:
    assert list(_divisions(f"def score():\n    {code.replace(chr(10), chr(10) + '    ')}"))


@pytest.mark.parametrize(
    "code",
    [
        "percent = 100 * profit / bound",
        "level = (energy - floor) / (ceiling - floor)",
        "kept = 1 - paid / baseline",
        "gain, loss = self.charge_efficiency, self.discharge_efficiency\nkinks = price / gain",
        "rate = (high - low) / (best - low)",
    ],
)
def test_the_search_lets_other_divisions_pass(code: str) -> None:
    assert not list(_divisions(code))


_BEST = ("bound", "best", "optimum", "optimal", "foresight", "oracle", "greatest")
_BASELINE = ("baseline", "idle", "no_flexibility", "noflex", "uncontrolled", "flat", "rest")
_GAIN = ("gain", "gains", "flexible", "flexibility", "bound_gain")


def _divisions(source: str) -> Iterator[int]:
    """Yield the lines that divide by a gain: a bound less a baseline, written out or named before."""
    tree = ast.parse(source)
    scopes = [tree, *(each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef))]
    for scope in scopes:
        own = list(_own(scope))
        named = dict(pair for each in own if isinstance(each, ast.Assign) for pair in _assigned(each))
        for each in own:
            if isinstance(each, ast.BinOp) and isinstance(each.op, ast.Div | ast.FloorDiv):
                below = each.right
            elif isinstance(each, ast.AugAssign) and isinstance(each.op, ast.Div):
                below = each.value
            elif isinstance(each, ast.Call) and _name(each.func) in {"divide", "true_divide"}:
                below = each.args[1]
            else:
                continue
            if (_name(below) in _GAIN and _name(below) not in named) or _is_gain(below, named):
                yield each.lineno


def _assigned(assignment: ast.Assign) -> Iterator[tuple[str, ast.expr]]:
    """Yield each name that is set, with the expression that it is set to."""
    value = assignment.value
    for target in assignment.targets:
        targets = target.elts if isinstance(target, ast.Tuple) else [target]
        apart = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        values = value.elts if apart and isinstance(value, ast.Tuple) else [value] * len(targets)
        for name, its in zip(targets, values, strict=True):
            if isinstance(name, ast.Name):
                yield name.id, its


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a scope without those of the functions in it."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, ast.FunctionDef):
            yield child
            yield from _own(child)


def _is_gain(node: ast.expr, named: dict[str, ast.expr]) -> bool:
    if isinstance(node, ast.Name) and node.id in named:
        node = named[node.id]
    for each in ast.walk(node):
        if isinstance(each, ast.BinOp) and isinstance(each.op, ast.Sub):
            sides = [_words(each.left, named), _words(each.right, named)]
            for best, other in (sides, sides[::-1]):
                if _holds(best, _BEST) and _holds(other, _BASELINE):
                    return True
    return False


def _holds(words: set[str], wanted: tuple[str, ...]) -> bool:
    return any(word.startswith(each) or word.endswith(f"_{each}") for word in words for each in wanted)


def _words(node: ast.expr, named: dict[str, ast.expr]) -> set[str]:
    """Return the names and texts in an expression, and in what its names were set to."""
    names = (each.id for each in ast.walk(node) if isinstance(each, ast.Name))
    inner = [node, *(named[name] for name in names if name in named)]
    words = {_name(each).lower().replace(" ", "_") for part in inner for each in ast.walk(part)}
    return words - {""}


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
