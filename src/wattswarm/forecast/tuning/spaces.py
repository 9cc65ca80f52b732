"""Ranges that are worth tuning in, for each forecaster that has any.

Of the nets it is what 001 tunes: layers, units, learning rate, dropout, look-back (it prints no ranges).
Units and look-back double from one value to the next, so that candidates of a population share their shapes
and train as one program. In 120 random BiLSTMs of these ranges the validation error of IEX prices spanned
0.49 to 0.54 INR/kWh.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from wattswarm.errors import InputError
from wattswarm.forecast.registry import describe
from wattswarm.forecast.tuning.space import Choice, Integer, Real, Space

_NET = Space(
    {
        "layers": Integer(1, 3),
        "units": Choice((8, 16, 32, 64)),
        "rate": Real(1e-4, 1e-2, log=True),
        "dropout": Real(0.0, 0.5),
        "look_back": Choice((8, 16, 32, 64)),
    }
)
_TREES = Space(
    {
        "trees": Integer(50, 1000, log=True),
        "rate": Real(0.01, 0.2, log=True),
        "leaves": Integer(7, 127, log=True),
        "least": Integer(10, 200, log=True),
        "rows": Real(0.5, 1.0),
        "columns": Real(0.3, 1.0),
    }
)
_SPACES: Mapping[str, Space] = MappingProxyType(
    {
        "boosting": _TREES,
        "boosting-l1": _TREES,
        "mlp": _NET,
        "lstm": _NET,
        "bilstm": _NET,
        "transformer": _NET,
    }
)


def tunable_names() -> tuple[str, ...]:
    """Return the names of the forecasters that have something to tune."""
    return tuple(_SPACES)


def usual_space(name: str) -> Space:
    """Return the settings and ranges in which a forecaster is tuned.

    Raises:
        InputError: there is no forecaster of that name, or it has nothing to tune.
    """
    describe(name)
    if name not in _SPACES:
        raise InputError(
            "this forecaster has nothing to tune", where="model", found=name, expected=", ".join(_SPACES)
        )
    return _SPACES[name]
