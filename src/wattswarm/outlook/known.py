"""What a policy may know at the start of a step; a scenario makes it in simulation, meters will live."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax
import numpy as np

from wattswarm.data import Floats, Times
from wattswarm.outlook.beliefs import beliefs_of
from wattswarm.outlook.climatology import MEMORY_DAYS
from wattswarm.outlook.outlook import Indices
from wattswarm.site import SiteArrays, Tariff
from wattswarm.world import History, Scenario, Stays, View


@dataclass(frozen=True, eq=False)
class Forecast:
    """What a model said of the steps ahead, at this step or before."""

    values: Floats
    """Shape [lead, ...]."""
    begin: int
    """Steps from now to the first value."""
    made: np.datetime64
    """When, UTC."""
    source: str
    """By whom, in words."""

    def fill(self, window: Floats) -> None:
        """Put what is forecast in its place in a window that begins now, shape [step, ...]."""
        window[self.begin : self.begin + len(self.values)] = self.values[: max(len(window) - self.begin, 0)]


@dataclass(frozen=True, eq=False)
class Conditions:
    """Prices, load, demand and sun of some steps in one table, copied and averaged at once."""

    table: Floats
    """A column for the wholesale price, for each station's base load, urgent and regular demand, and for each
    solar array, shape [step, column]."""
    stations: int

    @classmethod
    def of(cls, history: History | Scenario) -> Conditions:
        parts = (history.base_kw, history.urgent_kwh, history.regular_kwh, history.solar_kw)
        table = np.concatenate([history.market[:, None], *parts], axis=1)
        return cls(table, history.base_kw.shape[1])

    @property
    def market(self) -> Floats:
        """Wholesale price [currency/kWh], shape [step]."""
        return self.table[:, 0]

    @property
    def base_kw(self) -> Floats:
        """Shape [step, station]."""
        return self.table[:, 1 : 1 + self.stations]

    @property
    def urgent_kwh(self) -> Floats:
        """Shape [step, station]."""
        return self.table[:, 1 + self.stations : 1 + 2 * self.stations]

    @property
    def regular_kwh(self) -> Floats:
        """Shape [step, station]."""
        return self.table[:, 1 + 2 * self.stations : self.first_solar]

    @property
    def solar_kw(self) -> Floats:
        """Shape [step, solar]."""
        return self.table[:, self.first_solar :]

    @property
    def first_solar(self) -> int:
        """Column of the first solar array."""
        return 1 + 3 * self.stations


@dataclass(frozen=True, eq=False)
class Known:
    """What is known at the start of a step, and nothing that lies ahead of it."""

    site: SiteArrays
    tariff: Tariff
    step: int
    """Number of this step, counted from the first that was controlled."""
    times: Times
    """Starts of this step and of those after it for which plans are made, UTC, shape [step]."""
    period: Indices
    """Number of the billing period of each, 0 for the running one, shape [step]."""
    published: Floats
    """Wholesale prices of this step and those after it as far as they are published, shape [published
    step]."""
    past: Conditions
    """Of the weeks before; the last row is this step's."""
    stays: Stays
    """Vehicles plugged in, with what their drivers said; `begin` is 0, `arrival_kwh` the energy now."""
    arrivals: Stays | None
    """Vehicles that are expected, `begin` at the next step or later; None where nobody is."""
    prices: Forecast | None
    """Forecast of wholesale prices from the first that is not published on, None without."""
    load: Forecast | None
    """Forecast of the base load of the steps after this one, None without."""
    storage_kwh: Floats
    """Energy of the storages now, shape [storage]."""
    deferred_kwh: Floats
    """Demand waiting, shape [station]."""
    peak_kw: float
    """Highest import of the running billing period so far."""
    between_kw: tuple[float, float] | None
    """Its lowest and highest net import so far, None before its first step."""


_UNTOLD: Any = None
# To compiled functions a view is told nothing: what is known on the host is no array and never traced.
jax.tree_util.register_pytree_node(Known, lambda _known: ((), None), lambda _aux, _children: _UNTOLD)


class Knowledge:
    """Tells step by step what is known in a scenario, in copies that end where knowledge ends."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario, self._believed = scenario, beliefs_of(scenario)
        before = () if scenario.history is None else (Conditions.of(scenario.history).table,)
        self._table = np.concatenate([*before, Conditions.of(scenario).table])
        self._lead = len(self._table) - scenario.steps
        self._memory = (MEMORY_DAYS + 1) * round(24.0 / scenario.arrays.dt_h)
        self._stays, self._begins = scenario.stays, scenario.new_period
        self._first_stay = np.full(scenario.arrays.port_count, scenario.steps)
        np.minimum.at(self._first_stay, self._stays.port, self._stays.begin)

    def at(self, step: int, view: View) -> Known:
        """Return what is known at a step, where batteries and bills stand as the view shows them."""
        scenario, believed = self._scenario, self._believed
        arrays, energy = scenario.arrays, np.asarray(view.energy_kwh, np.float64)
        return Known(
            site=arrays,
            tariff=scenario.site.tariff,
            step=step,
            times=scenario.times[step:].copy(),
            period=scenario.period[step:] - scenario.period[step],
            published=scenario.market[step : scenario.known_until[step]].copy(),
            past=self._past(step),
            stays=self._plugged_in(step, energy[: arrays.port_count]),
            arrivals=self._expected(step),
            prices=self._forecast(believed.prices, step, int(scenario.known_until[step]), believed.prices_by),
            load=self._forecast(believed.load, step, step + 1, believed.load_by),
            storage_kwh=energy[arrays.port_count :],
            deferred_kwh=np.asarray(view.deferred_kwh, np.float64),
            peak_kw=float(view.peak_kw),
            between_kw=self._between(step, view),
        )

    def _past(self, step: int) -> Conditions:
        now = self._lead + step
        rows = self._table[max(0, now - self._memory) : now + 1].copy()
        return Conditions(rows, self._scenario.arrays.station_count)

    def _plugged_in(self, step: int, energy_kwh: Floats) -> Stays:
        """Return the stays under way, from the energy that their batteries hold now."""
        now = np.flatnonzero((self._stays.begin <= step) & (self._stays.end > step))
        present = self._stays.take(now)
        held = energy_kwh[present.port]
        return replace(
            present,
            begin=np.zeros(len(now), np.int64),
            end=present.end - step,
            arrival_kwh=held,
            ceiling_kwh=np.maximum(present.ceiling_kwh, held),
            floor_kwh=np.minimum(present.floor_kwh, held),
        )

    def _expected(self, step: int) -> Stays | None:
        """Return who is expected at ports where nobody has been yet; who is late comes in the next step."""
        if self._believed.arrivals is None:
            return None
        expected = self._believed.arrivals
        waited = expected.take((self._first_stay[expected.port] > step) & (expected.end > step + 1))
        return replace(waited, begin=np.maximum(waited.begin - step, 1), end=waited.end - step)

    def _forecast(self, values: Floats | None, step: int, first: int, source: str) -> Forecast | None:
        if values is None:
            return None
        return Forecast(values[step].copy(), first - step, self._scenario.times[step], source)

    def _between(self, step: int, view: View) -> tuple[float, float] | None:
        if view.extremes is None or self._begins[step]:
            return None
        return float(view.extremes.lowest_kw), float(view.extremes.highest_kw)


def known_of(view: View) -> Known:
    """Return what a policy that computes on the host is told beside its view.

    Raises:
        TypeError: nobody told it.
    """
    if not isinstance(view.told, Known):
        raise TypeError("the view carries no Known; run the policy by `control.simulate`")
    return view.told
