"""What trained policies earn on days never seen in training, between no flexibility and the exact bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from wattswarm.control import BASELINE, rule, simulate
from wattswarm.evaluate.score import flexibility_score
from wattswarm.learn import load_policy
from wattswarm.plan import perfect_foresight
from wattswarm.world import Scenario


@dataclass(frozen=True)
class Judged:
    """Profits over all test horizons together."""

    currency: str
    """ISO code."""
    baseline: float
    """Profit without flexibility [currency]."""
    bound: float
    """Profit of perfect foresight [currency]."""
    profits: tuple[float, ...]
    """Of each seed's policy [currency]."""

    @property
    def scores(self) -> tuple[float | None, ...]:
        """F of each seed, None where there is nothing to gain."""
        return tuple(flexibility_score(profit, self.baseline, self.bound) for profit in self.profits)


def judge(
    folder: Path,
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    progress: Callable[[int], None] | None = None,
) -> Judged:
    """Run the policy of every seed through every test horizon, in double precision.

    Args:
        scenarios: test horizons of one site.
        progress: called with the number of horizons done.

    Returns:
        Profits.

    Raises:
        InputError: the folder's policy does not fit the horizons.
    """
    baseline = bound = 0.0
    profits = [0.0] * len(seeds)
    for done, scenario in enumerate(scenarios, start=1):
        # Under one name the seeds differ in numbers only, so one trace serves them all.
        policies = [load_policy(folder, scenario, seed=seed, name="trained") for seed in seeds]
        idle, *runs = simulate(scenario, [rule(BASELINE), *policies])
        baseline += idle.profit
        bound += perfect_foresight(scenario).profit
        profits = [profit + run.profit for profit, run in zip(profits, runs, strict=True)]
        if progress:
            progress(done)
    return Judged(scenarios[0].site.currency, baseline, bound, tuple(profits))
