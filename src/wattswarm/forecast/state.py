"""What a model puts into its file and is made of again: plain facts and arrays, nothing that runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from wattswarm.forecast.contract import Model


@dataclass(frozen=True)
class ModelState:
    """The whole of a model."""

    facts: Mapping[str, Any]
    """JSON values: settings, steps, scalers of one number, text."""
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    """Weights, coefficients and scalers, by name."""
    features: tuple[str, ...] = ()
    """What it looks at and when each is known, for whoever reads the file."""

    def array(self, name: str) -> NDArray[np.float64]:
        """Return an array in double precision."""
        return np.asarray(self.arrays[name], np.float64)

    def under(self, start: str) -> dict[str, NDArray[Any]]:
        """Return the arrays whose names begin so, by the rest of their names."""
        return {
            name.removeprefix(start): array for name, array in self.arrays.items() if name.startswith(start)
        }


@runtime_checkable
class Saveable(Model, Protocol):
    """A model that can be written to a file and read back."""

    def to_state(self) -> ModelState:
        """Return what a file needs."""
        ...

    @classmethod
    def from_state(cls, state: ModelState) -> Self:
        """Return the model of a file.

        Raises:
            KeyError: the file lacks something.
        """
        ...


def to_state(model: Model) -> ModelState:
    """Return what a file needs of a model.

    Raises:
        TypeError: it cannot be kept.
    """
    if not isinstance(model, Saveable):
        raise TypeError(f"{type(model).__name__} has no way into a file")
    return model.to_state()
