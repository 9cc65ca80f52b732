"""What may be tuned: named settings of a kind and a range, laid out on the unit cube that searches know.

The pelican moves by shares of its coordinates and so lays the cube from 1 to 2 itself (models 3.4).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from wattswarm.data import Floats
from wattswarm.errors import InputError, no_such

Value = int | float | str
Settings = Mapping[str, Value]
"""Values by the name of the setting."""


class Axis(Protocol):
    """The values that a setting may take, laid out from 0 to 1."""

    def decode(self, place: float) -> Value:
        """Return the value at a place from 0 to 1."""
        ...

    def encode(self, value: Any) -> float:
        """Return a place that decodes to the value; the nearest one if the value is out of range."""
        ...

    def as_json(self) -> dict[str, Any]:
        """Return the axis as JSON values."""
        ...


@dataclass(frozen=True)
class Real:
    """Numbers of a range, spread evenly or, with `log`, by their logarithm.

    Raises:
        InputError: the range is empty, or has a logarithm of what is not above 0.
    """

    low: float
    """Least."""
    high: float
    """Most."""
    log: bool = False
    """Whether each doubling gets the same room; `low` is above 0 then."""

    def __post_init__(self) -> None:
        if not self.low < self.high or (self.log and self.low <= 0):
            raise InputError(
                "not a range to tune in",
                where="low, high",
                found=f"{self.low}, {self.high}",
                expected="low below high, and above 0 for a logarithm",
            )

    def decode(self, place: float) -> float:
        low, high = self._ends()
        value = low * (high / low) ** place if self.log else low + (high - low) * place
        return min(max(value, self.low), self.high)

    def encode(self, value: Any) -> float:
        low, high = self._ends()
        value = min(max(value, self.low), self.high)
        return math.log(value / low) / math.log(high / low) if self.log else (value - low) / (high - low)

    def as_json(self) -> dict[str, Any]:
        return {"kind": "real", "low": self.low, "high": self.high, "log": self.log}

    def _ends(self) -> tuple[float, float]:
        return self.low, self.high


@dataclass(frozen=True)
class Integer(Real):
    """Whole numbers of a range, each with the same room or, with `log`, by its logarithm."""

    low: int
    high: int

    def decode(self, place: float) -> int:
        return round(super().decode(place))

    def as_json(self) -> dict[str, Any]:
        return super().as_json() | {"kind": "integer"}

    def _ends(self) -> tuple[float, float]:
        return self.low - 0.5, self.high + 0.5


@dataclass(frozen=True)
class Choice:
    """One of several values, each with the same room."""

    options: tuple[Value, ...]
    """In their natural order if they have one."""

    def __post_init__(self) -> None:
        """Refuse a choice between fewer than two."""
        if len(self.options) < 2:
            raise InputError("a choice needs two options or more", where="options", found=self.options)

    def decode(self, place: float) -> Value:
        return self.options[min(int(place * len(self.options)), len(self.options) - 1)]

    def encode(self, value: Any) -> float:
        """Return the middle of the option's room.

        Raises:
            InputError: it is not an option.
        """
        if value not in self.options:
            raise no_such("there is no such option", where="", found=str(value), known=map(str, self.options))
        return (self.options.index(value) + 0.5) / len(self.options)

    def as_json(self) -> dict[str, Any]:
        return {"kind": "choice", "options": list(self.options)}


@dataclass(frozen=True)
class Space:
    """All settings that are tuned together."""

    axes: Mapping[str, Axis]
    """By the name of the setting."""

    @property
    def dimension(self) -> int:
        """Number of settings."""
        return len(self.axes)

    def decode(self, place: Floats) -> dict[str, Value]:
        """Return the settings at a place of the unit cube."""
        return {
            name: axis.decode(at) for (name, axis), at in zip(self.axes.items(), place.tolist(), strict=True)
        }

    def encode(self, settings: Settings) -> Floats:
        """Return a place that decodes to the settings."""
        return np.array([axis.encode(settings[name]) for name, axis in self.axes.items()], np.float64)

    def as_json(self) -> dict[str, Any]:
        """Return the space as JSON values."""
        return {name: axis.as_json() for name, axis in self.axes.items()}
