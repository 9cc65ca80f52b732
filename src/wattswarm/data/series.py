"""One quantity over time (a price, a power, an intensity), checked and with its source on record."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.datetime64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Provenance:
    """Where a record came from and what was done to it."""

    source: str
    """The file's name, or the generator and its seed."""
    reader: str
    """The reader or generator that made it."""
    sha256: str = ""
    """Digest of the file's bytes, empty for generated records."""
    repairs: tuple[str, ...] = ()
    """Each repair the caller asked for and that changed something, in plain words."""


@dataclass(frozen=True)
class Series:
    """Interval means of one quantity on an even, gap-free grid of time."""

    name: str
    """The quantity in the trade's words, such as "day-ahead price"."""
    unit: str
    """Canonical unit: `<currency>/kWh`, `kW`, `kg/kWh`, `W/m2`, `degC`, `MW`."""
    times: Times
    """Start of each interval, UTC, datetime64[s], shape [n]."""
    values: Floats
    """Mean over the interval, shape [n]."""
    step_s: int
    """Length of an interval in seconds."""
    timezone: str
    """IANA name of the clock that the market or meter lives by."""
    provenance: Provenance = field(default_factory=lambda: Provenance("memory", "none"))
    """Where it came from."""

    @property
    def currency(self) -> str:
        """Currency of a price series (`EUR` of `EUR/kWh`), empty for other quantities."""
        head, _, tail = self.unit.partition("/")
        return head if tail == "kWh" and head.isupper() else ""

    @property
    def start(self) -> np.datetime64:
        """Start of the first interval, UTC."""
        return np.datetime64(self.times[0], "s")

    @property
    def end(self) -> np.datetime64:
        """End of the last interval, UTC."""
        return np.datetime64(self.times[-1], "s") + np.timedelta64(self.step_s, "s")

    def with_repairs(self, *notes: str) -> Series:
        """Return the same series with repairs added to its provenance."""
        return replace(self, provenance=replace(self.provenance, repairs=(*self.provenance.repairs, *notes)))
