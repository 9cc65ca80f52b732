"""Forecasters judged by validation error: trained on the first part of a record, measured on its tail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from wattswarm.errors import InputError
from wattswarm.files import digest
from wattswarm.forecast.ask import Ask
from wattswarm.forecast.backtest.measures import rmse
from wattswarm.forecast.contract import Forecaster, Model
from wattswarm.forecast.features.origins import outcomes
from wattswarm.forecast.neural import Neural
from wattswarm.forecast.neural.population import fit_population
from wattswarm.forecast.record import Record
from wattswarm.forecast.registry import forecaster
from wattswarm.forecast.tuning.space import Settings, Space
from wattswarm.forecast.tuning.spaces import usual_space
from wattswarm.forecast.tuning.trials import Trial
from wattswarm.forecast.tuning.tune import Allowance, Tuning, tune


@dataclass(frozen=True, eq=False)
class Validation:
    """Trains candidates and returns the RMSE of each in the unit of the series.

    Training ends where the tail begins, or a gap before it: windows of the tail may reach back into training,
    as they do when forecasts are made, but nothing of the tail into a training.
    """

    make: Callable[..., Forecaster]
    """Returns the forecaster of some settings."""
    record: Record
    """All that may be seen in tuning, nothing of the test."""
    ask: Ask
    """What will be asked."""
    first: int
    """First step of the tail."""
    seed: int = 0
    """Of every training."""
    gap: int = 0
    """Steps between training and tail."""
    most: int = 1
    """Networks of one shape that are trained side by side, shared out over devices. Each number of them is a
    program to compile, so 1 is best where shapes differ; an accelerator wants many."""

    def __call__(self, candidates: Sequence[Settings]) -> Iterator[Mapping[int, float]]:
        """Yield the RMSE of each candidate by its place; of networks side by side, all at once."""
        made = [self.make(**settings) for settings in candidates]
        nets = [each for each in made if isinstance(each, Neural)]
        training = self.record.until(self.first - self.gap)
        if self.most > 1 and len(nets) == len(made):
            seeds = [self.seed] * len(nets)
            models = fit_population(nets, training, self.ask, seeds, most=self.most)
            yield {at: self._error(model) for at, model in enumerate(models)}
        else:
            for at, each in enumerate(made):
                yield {at: self._error(each.fit(training, self.ask, seed=self.seed))}

    def _error(self, model: Model) -> float:
        origins = self.ask.origins(self.record, self.first)
        truth = outcomes(self.record, origins, self.ask.steps)
        return rmse(truth, model.predict(self.record, origins).mean)


def tune_forecaster(
    name: str,
    record: Record,
    ask: Ask,
    *,
    method: str = "tpe",
    allowance: Allowance | None = None,
    space: Space | None = None,
    fixed: Settings | None = None,
    share: float = 0.15,
    seed: int = 0,
    most: int = 1,
    path: Path | None = None,
    progress: Callable[[Trial], None] | None = None,
) -> Tuning:
    """Look for the settings with which a forecaster errs least on the tail of a record.

    Args:
        name: of the forecaster; `forecaster(name, **fixed, **tuning.best.settings)` makes the one found.
        record: all that may be seen in tuning, nothing of the test.
        space: settings and ranges; the usual ones of the forecaster without.
        share: of the record that is the tail.
        seed: of the search and of every training.
        most: networks trained side by side; see `Validation`.
        method, allowance, path and progress: as `tune`.

    Raises:
        InputError: the forecaster has nothing to tune, the record is too short, or see `tune`.
    """
    if not 0.0 < share < 1.0:
        raise InputError("not a share of the record", where="share", found=share, expected="between 0 and 1")
    first = round((1.0 - share) * record.steps)
    usual = fixed or {}
    return tune(
        Validation(partial(forecaster, name, **usual), record, ask, first, seed, most=most),
        space or usual_space(name),
        method=method,
        allowance=allowance,
        seed=seed,
        path=path,
        about={
            "forecaster": name,
            "fixed": dict(usual),
            "ask": ask.name,
            "first": first,
            **_identity(record),
        },
        progress=progress,
    )


def _identity(record: Record) -> dict[str, Any]:
    """Return what has to be the same for two records to be the same, as JSON values."""
    target = record.target
    return {
        "series": f"{target.name} [{target.unit}] {target.start} to {target.end}",
        "values": digest(target.values, digits=16),
        "beside": [f"{each.name}, known {each.known}, late {each.late}" for each in record.covariates],
    }
