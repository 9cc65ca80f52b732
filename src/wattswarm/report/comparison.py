"""Policies side by side on one scenario, between no flexibility and perfect foresight (models 7.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from wattswarm.control import Run
from wattswarm.errors import InputError
from wattswarm.evaluate import flexibility_score, percent_of_bound, rounding
from wattswarm.report.measures import Measures, measure
from wattswarm.world import Scenario

BOUND_NAME = "perfect foresight"
MOST_CHOSEN = 4
"""Policies drawn in full in figures over time, the bound included."""


class BoundResult(Protocol):
    """What a comparison wants to know of a bound; a replay `run` is welcome where there is one."""

    @property
    def profit(self) -> float: ...
    @property
    def exact(self) -> bool: ...
    @property
    def gap(self) -> float: ...
    @property
    def seconds(self) -> float: ...
    @property
    def note(self) -> str: ...


@dataclass(frozen=True)
class Row:
    """One policy in a comparison."""

    policy: str
    measures: Measures
    gain: float
    """Profit above the baseline's [currency]."""
    score: float | None
    """F, 0 = no flexibility, 1 = perfect foresight; None without a bound or without anything to gain."""
    percent_of_bound: float | None
    """Profit over the bound's; where both are losses, the bound's over this one; None where the signs differ
    or there is no bound."""


@dataclass(frozen=True)
class BoundRow:
    """The bound of a comparison."""

    profit: float
    """The highest profit possible [currency]."""
    gain: float
    """That above the baseline's [currency]."""
    exact: bool
    """Whether a plan attains it in the world."""
    gap: float
    """Relative gap left by the solver."""
    seconds: float
    """Solver time [s]."""
    note: str
    """What the bound leaves out."""
    measures: Measures | None
    """Figures of its replay, None without one."""

    @property
    def score(self) -> float | None:
        """F of the bound itself: 1, None without anything to gain."""
        return flexibility_score(self.profit, self.profit - self.gain, self.profit)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Everything that a report says about policies on one scenario."""

    scenario: Scenario
    baseline: str
    """Name of the policy without flexibility."""
    rows: tuple[Row, ...]
    """One a policy, by falling profit."""
    bound: BoundRow | None
    """Perfect foresight, None where it was not computed."""
    runs: tuple[Run, ...]
    """The policies' runs, in the order of `rows`, and last the bound's replay if there is one."""
    warnings: tuple[str, ...]
    """What should not be and is, in plain words; empty when all is well."""

    @property
    def best(self) -> Row:
        """The policy with the highest profit."""
        return self.rows[0]

    @property
    def days(self) -> float:
        """Length of the horizon [d]."""
        return self.scenario.steps * self.scenario.arrays.dt_h / 24.0

    def row(self, policy: str) -> Row:
        return next(row for row in self.rows if row.policy == policy)

    @property
    def chosen(self) -> tuple[Run, ...]:
        """The runs that figures over time show: baseline, the most profitable others, the bound."""
        own = self.runs[: len(self.rows)]
        replay = self.runs[len(self.rows) :]
        first = [run for run in own if run.policy == self.baseline]
        others = [run for run in own if run.policy != self.baseline]
        return (*first, *others[: MOST_CHOSEN - len(first) - len(replay)], *replay)


def compare_runs(
    runs: Sequence[Run], bound: BoundResult | None, baseline: str = "uncontrolled"
) -> Comparison:
    """Put policies side by side.

    Args:
        runs: one run a policy, all through the same scenario.
        bound: perfect foresight on that scenario, with `.run` if its plan was replayed.
        baseline: name of the policy that stands for no flexibility.

    Returns:
        The comparison, best policy first.

    Raises:
        InputError: no runs, a name twice, several scenarios, or the baseline is not among the runs.
    """
    _refuse_unlike(runs, baseline)
    measured = {run.policy: measure(run) for run in runs}
    flat = measured[baseline].profit
    ranked = sorted(runs, key=lambda run: -measured[run.policy].profit)
    rows = tuple(_row(run.policy, measured[run.policy], flat, bound) for run in ranked)
    replay: Run | None = getattr(bound, "run", None)
    bound_row = (
        BoundRow(
            profit=float(bound.profit),
            gain=float(bound.profit) - flat,
            exact=bool(bound.exact),
            gap=float(bound.gap),
            seconds=float(bound.seconds),
            note=bound.note,
            measures=measure(replay) if replay else None,
        )
        if bound
        else None
    )
    return Comparison(
        scenario=runs[0].scenario,
        baseline=baseline,
        rows=rows,
        bound=bound_row,
        runs=(*ranked, *([_named(replay)] if replay else [])),
        warnings=_warnings(rows, bound_row),
    )


def _row(policy: str, measures: Measures, flat: float, bound: BoundResult | None) -> Row:
    return Row(
        policy=policy,
        measures=measures,
        gain=measures.profit - flat,
        score=flexibility_score(measures.profit, flat, bound.profit) if bound else None,
        percent_of_bound=percent_of_bound(measures.profit, bound.profit) if bound else None,
    )


def _named(replay: Run) -> Run:
    return Run(BOUND_NAME, replay.scenario, replay.flows, replay.health, replay.seconds)


def _warnings(rows: Sequence[Row], bound: BoundRow | None) -> tuple[str, ...]:
    found = [
        f"{row.policy} exceeded a limit {row.measures.violations} times, by "
        f"{row.measures.violation_kwh:.2f} kWh"
        for row in rows
        if row.measures.violations
    ]
    if bound:
        most = bound.profit + bound.gap * abs(bound.profit) + 100 * float(rounding(bound.profit))
        found += [
            f"{row.policy} earned more than the bound ({row.measures.profit:.4f} above {bound.profit:.4f}): "
            "the bound or the world is wrong"
            for row in rows
            if row.measures.profit > most
        ]
    return tuple(found)


def _refuse_unlike(runs: Sequence[Run], baseline: str) -> None:
    names = [run.policy for run in runs]
    if baseline not in names:
        raise InputError(
            "the baseline is not among the policies",
            found=", ".join(names) or "no policy at all",
            expected=baseline,
            mend=f"add {baseline} to the policies, or name another baseline",
        )
    twice = sorted({name for name in names if names.count(name) > 1} | ({BOUND_NAME} & set(names)))
    if twice:
        raise InputError(
            "two policies share a name", found=twice[0], expected="a name for each", mend="rename one of them"
        )
    if any(run.scenario is not runs[0].scenario for run in runs):
        raise InputError(
            "policies ran through different scenarios",
            expected="one scenario for all",
            mend="simulate all policies on the same scenario",
        )
