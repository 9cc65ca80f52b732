"""Many settings of networks, trained as few compiled programs: those of one shape side by side."""

from __future__ import annotations

from collections.abc import Sequence

from wattswarm.forecast.ask import Ask
from wattswarm.forecast.neural import Neural, NeuralModel, fit_together, shape_of
from wattswarm.forecast.record import Record


def fit_population(
    forecasters: Sequence[Neural], record: Record, ask: Ask, seeds: Sequence[int], *, most: int = 16
) -> list[NeuralModel]:
    """Train forecasters that may differ in everything; those of one shape as one program.

    Args:
        record: as it stands at the end of training.
        most: trained side by side; more are trained in turn, since all need memory.

    Returns:
        Models in the order of the forecasters, each the same as if it were trained alone.

    Raises:
        InputError: the record is too short for one of them, or constant.
    """
    shapes: dict[Neural, list[int]] = {}
    for at, each in enumerate(forecasters):
        shapes.setdefault(shape_of(each), []).append(at)
    found: dict[int, NeuralModel] = {}
    for alike in shapes.values():
        for begin in range(0, len(alike), most):
            some = alike[begin : begin + most]
            models = fit_together([forecasters[at] for at in some], record, ask, [seeds[at] for at in some])
            found.update(zip(some, models, strict=True))
    return [found[at] for at in range(len(forecasters))]
