"""What a controller may believe of the steps ahead: prices published or forecast, what is usual, or all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from wattswarm.data import Floats
from wattswarm.market import export_price, feed_in_price, import_price, service_price
from wattswarm.outlook.beliefs import no_forecasts
from wattswarm.outlook.climatology import climatology, sunshine
from wattswarm.outlook.known import Conditions, Known
from wattswarm.outlook.outlook import Outlook
from wattswarm.world import Scenario


class Foresight(Protocol):
    """Turns what is known at a step into an outlook."""

    @property
    def name(self) -> str: ...

    def outlook(self, known: Known, steps: int) -> Outlook:
        """Return what is believed of a window of as many steps, this one the first."""
        ...


@dataclass(frozen=True)
class Perfect:
    """Knows everything (ORACLE); no other foresight holds a scenario."""

    truth: Scenario
    name: str = "perfect"

    def outlook(self, known: Known, steps: int) -> Outlook:
        """Return what will happen."""
        whole = Conditions.of(self.truth)
        will_be = replace(whole, table=whole.table[known.step : known.step + steps])
        stays = self.truth.stays
        coming = stays.take((stays.begin > known.step) & (stays.begin < known.step + steps))
        moved = replace(coming, begin=coming.begin - known.step, end=coming.end - known.step)
        outlook = _assemble(known, will_be)
        return replace(outlook, stays=outlook.stays.joined(moved))


@dataclass(frozen=True)
class DayAhead:
    """Knows prices as far as they are published; the rest by climatology and AR(1)."""

    name: str = "day-ahead prices"

    def outlook(self, known: Known, steps: int) -> Outlook:
        """Return published prices, then climatology; sun, load and demand by climatology."""
        return _assemble(known, _published(known, steps))


@dataclass(frozen=True)
class Forecasted:
    """Knows prices as far as published, then as they are forecast; the rest as DayAhead.

    Load too is as forecast, where it is. Steps beyond the forecasts are as usual. Tasks see the same
    forecasts in their prices and load ahead.
    """

    name: str = "forecast prices"

    def outlook(self, known: Known, steps: int) -> Outlook:
        """Return published prices, then those forecast.

        Raises:
            InputError: there are no forecasts.
        """
        if known.prices is None:
            raise no_forecasts(f"at {known.times[0]}Z")
        believed = _published(known, steps)
        known.prices.fill(believed.market)
        if known.load is not None:
            known.load.fill(believed.base_kw)
        return _assemble(known, believed)


@dataclass(frozen=True)
class WithArrivals:
    """Knows what another foresight knows, and reckons with those who are expected."""

    of: Foresight
    """What else is known."""

    @property
    def name(self) -> str:
        return f"{self.of.name}, arrivals expected"

    def outlook(self, known: Known, steps: int) -> Outlook:
        """Return what the other believes, with the stays that are expected."""
        outlook = self.of.outlook(known, steps)
        if known.arrivals is None:
            return outlook
        within = known.arrivals.take(known.arrivals.begin < steps)
        return replace(outlook, stays=outlook.stays.joined(within))


@dataclass(frozen=True)
class Climatology:
    """Knows the present; prices too are the hour's mean of four weeks plus a fading deviation (RT)."""

    name: str = "climatology + AR(1)"

    def outlook(self, known: Known, steps: int) -> Outlook:
        """Return climatology for everything ahead."""
        return _assemble(known, _as_usual(known, steps))


@dataclass(frozen=True)
class Persistence:
    """Knows the present; tomorrow is like today (RT)."""

    name: str = "persistence"

    def outlook(self, known: Known, steps: int) -> Outlook:
        """Return the values of a day before."""
        day = round(24.0 / known.site.dt_h)
        return _assemble(known, replace(known.past, table=_yesterday(known.past.table, steps, day)))


def _published(known: Known, steps: int) -> Conditions:
    """Return prices as far as they are published, then what is usual."""
    believed = _as_usual(known, steps)
    believed.market[: len(known.published)] = known.published[:steps]
    return believed


def _as_usual(known: Known, steps: int) -> Conditions:
    """Return what is usual of everything, as it differs now."""
    past, step_h, first_solar = known.past.table, known.site.dt_h, known.past.first_solar
    now, lead = np.array([len(past) - 1]), np.arange(steps)
    table = climatology(past, now, lead, step_h)[0]
    np.maximum(table[:, 1:], 0.0, out=table[:, 1:])
    table[1:, first_solar:] = sunshine(past[:, first_solar:], now, lead, step_h)[0, 1:]
    return replace(known.past, table=table)


def _yesterday(values: Floats, steps: int, day: int) -> Floats:
    """Return the values of a day before, the present one where there is none, shape [step, column]."""
    now, back = len(values) - 1, len(values) - 1 + np.arange(steps) % day - day
    forecast = values[np.maximum(back, 0)]
    forecast = np.where((back < 0)[:, None] | np.isnan(forecast), values[now], forecast)
    forecast[0] = values[now]
    return np.asarray(forecast)


def _assemble(known: Known, believed: Conditions) -> Outlook:
    """Return the outlook on a window of which everything but who comes is believed."""
    site, tariff, steps = known.site, known.tariff, len(believed.market)
    prices = import_price(believed.market, tariff)
    # The program lets storages stand before each step; they are known after this step's standing.
    above = (known.storage_kwh - site.storage_floor_kwh) / site.storage_retention
    return Outlook(
        import_price=prices,
        export_price=export_price(believed.market, tariff),
        feed_in_price=feed_in_price(believed.market, tariff),
        service_price=service_price(believed.market, tariff),
        solar_kw=believed.solar_kw,
        base_kw=believed.base_kw,
        urgent_kwh=believed.urgent_kwh,
        regular_kwh=believed.regular_kwh,
        period=known.period[:steps],
        stays=known.stays,
        storage_kwh=site.storage_floor_kwh + above,
        deferred_kwh=known.deferred_kwh,
        peak_kw=known.peak_kw,
        between_kw=known.between_kw,
        terminal_price=0.0 if steps >= len(known.times) else max(float(np.median(prices)), 0.0),
    )
