"""What a controller may believe of the steps ahead: all, prices published or forecast, what is usual."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wattswarm.data import Floats
from wattswarm.market import export_price, feed_in_price, import_price, service_price
from wattswarm.outlook.ahead import HOURLY_PERSISTENCE, MEMORY_DAYS, SUN_MEMORY_H, SUN_PERSISTENCE
from wattswarm.outlook.outlook import Outlook, all_stays
from wattswarm.world import Scenario, Stays, View, expected_market


class Foresight(Protocol):
    """Turns what is known at a step into an outlook."""

    @property
    def name(self) -> str:
        """Name in tables."""
        ...

    def outlook(self, scenario: Scenario, at: int, steps: int, view: View) -> Outlook:
        """Return what is believed at step `at` of the next `steps` steps."""
        ...


@dataclass(frozen=True)
class Perfect:
    """Knows everything (ORACLE)."""

    name: str = "perfect"

    def outlook(self, scenario: Scenario, at: int, steps: int, view: View) -> Outlook:
        """Return what will happen."""
        window = slice(at, at + steps)
        return _assemble(
            scenario,
            at,
            steps,
            view,
            scenario.market[window],
            scenario.solar_kw[window],
            scenario.base_kw[window],
            scenario.urgent_kwh[window],
            scenario.regular_kwh[window],
            arrivals=True,
        )


@dataclass(frozen=True)
class DayAhead:
    """Knows prices as far as the scenario's regime publishes them; the rest by climatology and AR(1)."""

    name: str = "day-ahead prices"

    def outlook(self, scenario: Scenario, at: int, steps: int, view: View) -> Outlook:
        """Return published prices, then climatology; sun, load and demand by climatology."""
        return _by_climatology(scenario, at, steps, view, _published(scenario, at, steps))


@dataclass(frozen=True)
class Forecasted:
    """Knows prices as far as published, then as the scenario's forecasts expect them; the rest as DayAhead.

    Load too is as the scenario expects it, where it does. Steps beyond the forecasts are as usual. Tasks see
    the same forecasts in their prices and load ahead.
    """

    name: str = "forecast prices"

    def outlook(self, scenario: Scenario, at: int, steps: int, view: View) -> Outlook:
        """Return published prices, then those forecast.

        Raises:
            InputError: the scenario carries no forecasts.
        """
        expected, market = expected_market(scenario)[at], _published(scenario, at, steps)
        begin = int(scenario.known_until[at]) - at
        market[begin : begin + len(expected)] = expected[: max(steps - begin, 0)]
        outlook = _by_climatology(scenario, at, steps, view, market)
        if scenario.expected_base_kw is not None:
            told, usual = scenario.expected_base_kw[at][: steps - 1], outlook.base_kw
            outlook = replace(outlook, base_kw=np.concatenate([usual[:1], told, usual[1 + len(told) :]]))
        return outlook


@dataclass(frozen=True)
class WithArrivals:
    """Knows what another foresight knows, and expects those who have not come yet as the scenario does.

    Args:
        of: what else is known.
    """

    of: Foresight

    @property
    def name(self) -> str:
        """Name in tables."""
        return f"{self.of.name}, arrivals expected"

    def outlook(self, scenario: Scenario, at: int, steps: int, view: View) -> Outlook:
        """Return what the other believes, with the stays that are expected."""
        outlook = self.of.outlook(scenario, at, steps, view)
        return replace(outlook, stays=outlook.stays.joined(expected_arrivals(scenario, at, steps)))


@dataclass(frozen=True)
class Climatology:
    """Knows the present; prices too are the hour's mean of four weeks plus a fading deviation (RT)."""

    name: str = "climatology + AR(1)"

    def outlook(self, scenario: Scenario, at: int, steps: int, view: View) -> Outlook:
        """Return climatology for everything ahead."""
        market = _climatology(_known(scenario, "market"), _lead(scenario), at, steps, scenario)
        return _by_climatology(scenario, at, steps, view, market)


@dataclass(frozen=True)
class Persistence:
    """Knows the present; tomorrow is like today (RT)."""

    name: str = "persistence"

    def outlook(self, scenario: Scenario, at: int, steps: int, view: View) -> Outlook:
        """Return the values of a day before."""
        fields = ("market", "solar_kw", "base_kw", "urgent_kwh", "regular_kwh")
        values = [_yesterday(_known(scenario, name), _lead(scenario), at, steps, scenario) for name in fields]
        return _assemble(scenario, at, steps, view, *values, arrivals=False)


def expected_arrivals(scenario: Scenario, at: int, steps: int) -> Stays:
    """Return the stays that are believed to begin within a window after its first step.

    Args:
        scenario: says what is expected of each port.
        at: first step of the window.
        steps: its length.

    Returns:
        What is expected of ports at which nobody has been yet, who is late from the next step on; `begin` and
        `end` count from the window's first step.
    """
    if scenario.expected_stays is None:
        return all_stays(scenario).take(np.empty(0, np.int64))
    names = Stays.__dataclass_fields__
    expected = Stays(*[getattr(scenario.expected_stays, name) for name in names])
    been = scenario.stays.port[scenario.stays.begin <= at]
    waited = expected.take(~np.isin(expected.port, been) & (expected.end > at + 1))
    begin = np.maximum(waited.begin - at, 1)
    moved = Stays(**{**vars(waited), "begin": begin, "end": waited.end - at})
    return moved.take(begin < steps)


def _published(scenario: Scenario, at: int, steps: int) -> Floats:
    """Return prices as far as they are published, then climatology, shape [step]."""
    market = _climatology(_known(scenario, "market"), _lead(scenario), at, steps, scenario)
    published = min(int(scenario.known_until[at]), at + steps) - at
    market[:published] = scenario.market[at : at + published]
    return market


def _by_climatology(scenario: Scenario, at: int, steps: int, view: View, market: Floats) -> Outlook:
    fields = ("base_kw", "urgent_kwh", "regular_kwh")
    lead = _lead(scenario)
    sun = _sunshine(_known(scenario, "solar_kw"), lead, at, steps, scenario)
    loads = [
        np.maximum(_climatology(values, lead, at, steps, scenario), 0.0) if values.any() else values[:steps]
        for values in (_known(scenario, name) for name in fields)
    ]
    return _assemble(scenario, at, steps, view, market, sun, *loads, arrivals=False)


def _lead(scenario: Scenario) -> int:
    """Return how many steps of history come before the scenario's first step."""
    return 0 if scenario.history is None else len(scenario.history.market)


def _known(scenario: Scenario, name: str) -> Floats:
    """Return history and scenario in one array; callers look at the past only."""
    return scenario.with_history[name]


def _day(scenario: Scenario) -> int:
    return round(24.0 / scenario.arrays.dt_h)


def _climatology(values: Floats, lead: int, at: int, steps: int, scenario: Scenario) -> Floats:
    """Return the hour's mean of four weeks plus the fading deviation of now, shape [step, ...].

    `outlook.ahead.believed_ahead` tells learners the same, of all steps at once and in blocks.
    """
    now = lead + at
    mean = _usual(values, now, np.arange(min(steps, _day(scenario))), scenario)
    fade = HOURLY_PERSISTENCE ** (np.arange(steps) * scenario.arrays.dt_h)
    fade = fade.reshape((steps,) + (1,) * (values.ndim - 1))
    return np.asarray(mean[np.arange(steps) % len(mean)] + fade * (values[now] - mean[0]))


def _sunshine(values: Floats, lead: int, at: int, steps: int, scenario: Scenario) -> Floats:
    """Return usual output times how sunny the last hours were, fading to usual, shape [step, solar].

    Clouds scale the sun, so a dull morning promises a dull noon, not a noon that is some kW lower.
    `outlook.ahead.sun_ahead` tells learners the same, of all steps at once and in blocks.
    """
    now, hours = lead + at, scenario.arrays.dt_h
    mean = _usual(values, now, np.arange(min(steps, _day(scenario))), scenario)
    recent = -np.arange(min(now + 1, max(1, round(SUN_MEMORY_H / hours))))
    usual, seen = _usual(values, now, recent, scenario).sum(axis=0), values[now + recent].sum(axis=0)
    sunny = np.where(
        usual > 0.02 * mean.max(axis=0, initial=0.0) * len(recent), seen / np.maximum(usual, 1e-9), 1.0
    )
    sunny = np.clip(np.nan_to_num(sunny, nan=1.0), 0.0, 3.0)
    fade = SUN_PERSISTENCE ** (np.arange(steps) * hours)
    forecast = mean[np.arange(steps) % len(mean)] * (1.0 + fade[:, None] * (sunny - 1.0))
    forecast[0] = values[now]
    return np.asarray(np.clip(forecast, 0.0, None))


def _usual(values: Floats, now: int, ahead: NDArray[np.int64], scenario: Scenario) -> Floats:
    """Return the mean of the last four weeks at the hours of steps `now + ahead`, shape [ahead, ...]."""
    back = now + ahead[None, :] - _day(scenario) * np.arange(1, MEMORY_DAYS + 1)[:, None]
    usable = (back >= 0).reshape(back.shape + (1,) * (values.ndim - 1))
    seen = np.where(usable, values[np.maximum(back, 0)], np.nan)
    known = ~np.isnan(seen)
    count = known.sum(axis=0)
    mean = np.where(known, seen, 0.0).sum(axis=0) / np.maximum(count, 1)
    return np.asarray(np.where(count > 0, mean, values[now]))


def _yesterday(values: Floats, lead: int, at: int, steps: int, scenario: Scenario) -> Floats:
    """Return the values of a day before, the present one where there is none, shape [step, ...]."""
    day, now = _day(scenario), lead + at
    ahead = np.arange(steps)
    back = now + ahead % day - day
    forecast = np.array(values[np.maximum(back, 0)])
    missing = (back < 0).reshape((steps,) + (1,) * (values.ndim - 1)) | np.isnan(forecast)
    forecast = np.where(missing, values[now], forecast)
    forecast[0] = values[now]
    return forecast


def _assemble(
    scenario: Scenario,
    at: int,
    steps: int,
    view: View,
    market: Floats,
    solar_kw: Floats,
    base_kw: Floats,
    urgent_kwh: Floats,
    regular_kwh: Floats,
    *,
    arrivals: bool,
) -> Outlook:
    tariff = scenario.site.tariff
    prices = import_price(market, tariff)
    arrays = scenario.arrays
    energy, ports = np.asarray(view.energy_kwh, np.float64), arrays.port_count
    # The program lets storages stand before each step; the view shows them after this step's standing.
    above = (energy[ports:] - arrays.storage_floor_kwh) / arrays.storage_retention
    ends_with_scenario = at + steps >= scenario.steps
    return Outlook(
        import_price=prices,
        export_price=export_price(market, tariff),
        feed_in_price=feed_in_price(market, tariff),
        service_price=service_price(market, tariff),
        solar_kw=solar_kw,
        base_kw=base_kw,
        urgent_kwh=urgent_kwh,
        regular_kwh=regular_kwh,
        period=scenario.period[at : at + steps] - scenario.period[at],
        stays=_stays(scenario, at, steps, energy[:ports], arrivals),
        storage_kwh=arrays.storage_floor_kwh + above,
        deferred_kwh=np.asarray(view.deferred_kwh, np.float64),
        peak_kw=float(view.peak_kw),
        between_kw=_between(scenario, at, view),
        terminal_price=0.0 if ends_with_scenario else max(float(np.median(prices)), 0.0),
    )


def _between(scenario: Scenario, at: int, view: View) -> tuple[float, float] | None:
    """Return the lowest and highest net import of the running billing period, None before its first step."""
    if view.extremes is None or scenario.new_period[at]:
        return None
    return float(view.extremes.lowest_kw), float(view.extremes.highest_kw)


def _stays(scenario: Scenario, at: int, steps: int, energy_kwh: Floats, arrivals: bool) -> Stays:
    """Return the stays under way, from the energy they have now, and those to come if they are known."""
    stays = all_stays(scenario)
    now = np.flatnonzero((stays.begin <= at) & (stays.end > at))
    present = stays.take(now)
    present = Stays(
        **{
            **vars(present),
            "begin": np.zeros(len(now), np.int64),
            "end": present.end - at,
            "arrival_kwh": energy_kwh[present.port],
            "ceiling_kwh": np.maximum(present.ceiling_kwh, energy_kwh[present.port]),
            "floor_kwh": np.minimum(present.floor_kwh, energy_kwh[present.port]),
        }
    )
    if not arrivals:
        return present
    coming = stays.take(np.flatnonzero((stays.begin > at) & (stays.begin < at + steps)))
    moved = Stays(**{**vars(coming), "begin": coming.begin - at, "end": coming.end - at})
    return present.joined(moved)
