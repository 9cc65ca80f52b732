"""Refusal of games that cannot be played, with the field, the vehicle and the step to be mended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattswarm.errors import InputError
from wattswarm.market.game.charging import ChargingGame
from wattswarm.market.game.limits import SharedLimits
from wattswarm.market.game.needs import Needs

Place = Callable[[str, tuple[int, ...]], str]
"""Names the place of a number, given its field and index."""
_SLACK = 1e-6
_AXES: dict[str, tuple[str, ...]] = {
    "matrix": ("row", "place"),
    "place": ("vehicle", "place"),
    "bound_kw": ("row", "step"),
}
_AXES |= dict.fromkeys(("price", "slope", "load_kw", "cost", "lowest", "highest"), ("step",))


def at_index(field: str, index: tuple[int, ...]) -> str:
    """Return a field and an index as words, counted from 0 as in Python."""
    names = _AXES.get(field, ("vehicle", "step"))
    return ", ".join([field, *(f"{name} {at}" for name, at in zip(names, index, strict=False))])


def check_game(game: ChargingGame, limits: SharedLimits | None = None, place: Place = at_index) -> None:
    """Refuse a game whose numbers are not finite, whose price falls with load, or whose needs cannot be met.

    Args:
        limits: limits that vehicles share, None for none; whether they leave room shows only as it is
            solved.

    Raises:
        InputError: the first mistake, with its field, vehicle or row and step.
    """
    fields: dict[str, Any] = {**game._asdict(), **game.vehicles._asdict()}
    del fields["vehicles"]
    if limits is not None:
        fields |= limits._asdict()
    numbers = {name: np.asarray(value, float) for name, value in fields.items()}
    for name, value in numbers.items():
        refuse(name, value, ~np.isfinite(value), "not a number", "a finite number", place)
    for name, what in (
        ("slope", "a price that falls as load rises has no equilibrium"),
        ("wear", "negative wear"),
    ):
        refuse(name, numbers[name], numbers[name] < 0, what, "0 or more", place)
    if not numbers["step_h"] > 0:
        refuse("step_h", numbers["step_h"], np.array(True), "the step has no length", "more than 0 h", place)
    if isinstance(game.vehicles, Needs):
        _check_needs(numbers, place)
    else:
        _check_bands(numbers, place)


def _check_needs(numbers: dict[str, NDArray[np.float64]], place: Place) -> None:
    for name in ("limit_kw", "energy_kwh"):
        refuse(name, numbers[name], numbers[name] < 0, "below 0", "0 or more", place)
    most = numbers["limit_kw"].sum(-1) * numbers["step_h"]
    over = numbers["energy_kwh"] > most * (1 + _SLACK)
    energy, what = numbers["energy_kwh"], "more than fits into the stay"
    refuse("energy_kwh", energy, over, what, "at most {} kWh", place, most)


def _check_bands(numbers: dict[str, NDArray[np.float64]], place: Place) -> None:
    for name in ("charge_kw", "discharge_kw"):
        refuse(name, numbers[name], numbers[name] < 0, "below 0", "0 or more", place)
    for name in ("charge_efficiency", "discharge_efficiency"):
        value = numbers[name]
        refuse(name, value, (value <= 0) | (value > 1), "not an efficiency", "above 0 and at most 1", place)
    floor, ceiling = numbers["floor_kwh"], numbers["ceiling_kwh"]
    refuse("floor_kwh", floor, floor > ceiling, "above the ceiling", "at most {} kWh", place, ceiling)
    stored = numbers["start_kwh"]
    for step in range(floor.shape[1]):
        gained = numbers["charge_kw"][:, step] * numbers["charge_efficiency"] * numbers["step_h"]
        reach = np.minimum(stored + gained, ceiling[:, step])
        short = np.zeros_like(floor, bool)
        short[:, step] = reach < floor[:, step] - _SLACK * (1 + np.abs(floor[:, step]))
        most = np.broadcast_to(reach[:, None], floor.shape)
        refuse("floor_kwh", floor, short, "more than can be stored by then", "at most {} kWh", place, most)
        stored = reach
    _check_ceilings(numbers, place)


def _check_ceilings(numbers: dict[str, NDArray[np.float64]], place: Place) -> None:
    """Refuse vehicles without losses that cannot discharge below their ceiling; others spill."""
    stored, ceiling = numbers["start_kwh"], numbers["ceiling_kwh"]
    for step in range(ceiling.shape[1]):
        given = numbers["discharge_kw"][:, step] / numbers["discharge_efficiency"] * numbers["step_h"]
        least = np.maximum(stored - given, numbers["floor_kwh"][:, step])
        over = np.zeros_like(ceiling, bool)
        over[:, step] = least > ceiling[:, step] + _SLACK * (1 + np.abs(ceiling[:, step]))
        bound = np.broadcast_to(least[:, None], ceiling.shape)
        refuse("ceiling_kwh", ceiling, over, "less than is always left", "at least {} kWh", place, bound)
        stored = least


def refuse(
    name: str,
    value: NDArray[np.float64],
    wrong: NDArray[np.bool_],
    what: str,
    expected: str,
    place: Place,
    bound: NDArray[np.float64] | None = None,
) -> None:
    """Refuse the first of some wrong numbers, with its field and place.

    Raises:
        InputError: any number is wrong.
    """
    if not wrong.any():
        return
    index = tuple(int(at) for at in np.argwhere(wrong)[0])
    limit = "" if bound is None else f"{float(bound[index]):.6g}"
    raise InputError(
        what,
        where=place(name, index),
        found=f"{float(value[index]):.6g}",
        expected=expected.format(limit),
        mend="correct the number, or leave the vehicle out",
    )
