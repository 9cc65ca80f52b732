"""The study's page: tables, figures and what they say, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from wattswarm.evaluate import Region
from wattswarm.papers.experiment import made_with, table
from wattswarm.papers.p002_pool.design import Design
from wattswarm.papers.p002_pool.judging import Score
from wattswarm.papers.p002_pool.tables import Row, beside_the_paper, standings

_PRINTED = (
    "Eqs. (18) to (20) to the letter: no prices ahead are seen, storage power is limited by room alone, and\n"
    "money is paid unshaped. The site is another; % of bound and F are of its own bound and idle pool."
)


@dataclass(frozen=True, eq=False)
class Judged:
    """What policies earned in the test months of one site."""

    rows: Sequence[Row]
    """Every policy's profits."""
    baselines: Sequence[Mapping[str, float]]
    """Baselines and bound of each test month."""
    scores: Mapping[str, Sequence[Sequence[Score]]]
    """Of every trained entry, by seed and month."""

    def record(self) -> dict[str, Any]:
        """Return all figures as JSON values."""
        scores = {
            label: [[asdict(month) for month in seed] for seed in seeds]
            for label, seeds in self.scores.items()
        }
        return {"yardsticks": list(self.baselines), "scores": scores}


@dataclass(frozen=True, eq=False)
class RegionResult:
    """What was found in one region."""

    name: str
    region: Region
    sound: Judged
    printed: Judged | None
    """The pool as printed, None where nobody was trained on it."""
    tough: Mapping[str, Mapping[str, float]]
    """F by disturbance and policy."""

    def record(self) -> dict[str, Any]:
        """Return all figures as JSON values."""
        return {
            "regime": str(self.region.regime),
            **self.sound.record(),
            "as printed": self.printed.record() if self.printed else None,
            "robustness": {name: dict(row) for name, row in self.tough.items()},
        }


def page(
    design: Design, results: Sequence[RegionResult], biases: Mapping[str, Mapping[str, np.ndarray]]
) -> list[str]:
    """Return the page's sections but the figures."""
    parts = [
        "# Paper 002: pooled stations, learners against the exact bound",
        f"{design.seeds} seeds, {design.steps:,} environment steps each ({made_with()}).",
        "Profit is the mean of whole test months that no training or choice of settings saw. % of bound\n"
        "and F are interquartile means over seeds and months with 95 % stratified bootstrap intervals over\n"
        "seeds; F is 0 without flexibility and 1 at the perfect-foresight bound.",
    ]
    for result in results:
        months = ", ".join(result.region.split.test)
        parts += [
            f"## {result.name.capitalize()} ({result.region.regime}, test months {months})",
            standings(result.sound.rows, result.sound.baselines),
        ]
        if result.name in ("east", "west"):
            beside = beside_the_paper(result.name, result.sound.rows, result.sound.baselines)
            parts += ["### Beside the paper", beside]
        if result.printed:
            parts += ["### As printed", _PRINTED, standings(result.printed.rows, result.printed.baselines)]
        parts += ["### Trade between stations", _trade(result.sound)]
        if result.tough:
            parts += ["### Months unlike those learned from (F)", _disturbances(result.tough)]
    return [*parts, "## Overestimation", _beliefs(biases)]


def _trade(result: Judged) -> str:
    rows = []
    for label, seeds in result.scores.items():
        months = [month for seed in seeds for month in seed]
        shared, bought = _mean(months, "shared_kwh"), _mean(months, "bought_kwh")
        share = 100 * _mean(months, "alone") / _mean(months, "profit")
        rows.append((label, f"{shared:,.0f}", f"{share:.2f}", f"{bought:,.0f}", f"{bought + shared:,.0f}"))
    heads = ("policy", "energy shared, kWh a month", "profit without trade, % of with", "bought, kWh")
    return table((*heads, "bought without trade, kWh"), rows, "lllll")


def _mean(months: Sequence[Score], name: str) -> float:
    return float(np.mean([getattr(month, name) for month in months]))


def _disturbances(tough: Mapping[str, Mapping[str, float]]) -> str:
    policies = list(next(iter(tough.values())))
    rows = [(name, *(f"{row[policy]:.3f}" for policy in policies)) for name, row in tough.items()]
    return table(("", *policies), rows, "l" * (len(policies) + 1))


def _beliefs(biases: Mapping[str, Mapping[str, np.ndarray]]) -> str:
    rows = [
        (name, label, f"{values.mean():+.3f}", f"{values.std():.3f}")
        for name, row in biases.items()
        for label, values in row.items()
    ]
    return (
        "Value believed at the start of a validation month minus the discounted return realised, in units of "
        "reward; above 0 is overestimation.\n\n"
        + table(("region", "learner", "mean", "standard deviation over seeds"), rows, "llll")
    )
