"""What a planner believes about the steps ahead: prices, sun, load, stays and where the batteries stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wattswarm.data import Floats
from wattswarm.world import Scenario, Stays

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Outlook:
    """A window of steps as believed, with the state at its start."""

    import_price: Floats
    """Shape [step]."""
    export_price: Floats
    """Shape [step]."""
    feed_in_price: Floats
    """Shape [step]."""
    service_price: Floats
    """Shape [step]."""
    solar_kw: Floats
    """Shape [step, solar]."""
    base_kw: Floats
    """Shape [step, station]."""
    urgent_kwh: Floats
    """Shape [step, station]."""
    regular_kwh: Floats
    """Shape [step, station]."""
    period: Indices
    """Number of the billing period of each step, 0 for the running one, shape [step]."""
    stays: Stays
    """Vehicles there and expected."""
    storage_kwh: Floats
    """Energy of the storages, shape [storage]."""
    deferred_kwh: Floats
    """Demand waiting, shape [station]."""
    peak_kw: float = 0.0
    """Highest import of the running billing period so far."""
    between_kw: tuple[float, float] | None = None
    """Its lowest and highest net import so far, None before its first step."""
    terminal_price: float = 0.0
    """What a kWh bought later costs [currency/kWh]; 0 where nothing comes after the window."""

    @property
    def steps(self) -> int:
        """Number of steps in the window."""
        return len(self.import_price)


def hindsight(scenario: Scenario) -> Outlook:
    """Return the whole scenario as it will be, from its first step."""
    arrays = scenario.arrays
    return Outlook(
        import_price=scenario.import_price,
        export_price=scenario.export_price,
        feed_in_price=scenario.feed_in_price,
        service_price=scenario.service_price,
        solar_kw=scenario.solar_kw,
        base_kw=scenario.base_kw,
        urgent_kwh=scenario.urgent_kwh,
        regular_kwh=scenario.regular_kwh,
        period=scenario.period,
        stays=scenario.stays,
        storage_kwh=arrays.storage_initial_kwh,
        deferred_kwh=np.zeros(arrays.station_count),
    )
