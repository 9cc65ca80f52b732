"""From a site and its records to a scenario: what is given is used, what is missing is generated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from wattswarm.data import Floats, Series, Sessions, Times, local_days, resample
from wattswarm.data.generate import (
    generate_demand,
    generate_load,
    generate_prices,
    generate_sessions,
    generate_solar,
)
from wattswarm.errors import InputError
from wattswarm.market import REFERENCE_RATES, Regime, convert
from wattswarm.site import Site, SiteArrays, site_arrays
from wattswarm.world.scenario import History, Scenario
from wattswarm.world.schedule import schedule_sessions

HISTORY_DAYS = 28
"""What forecasts may look back on."""
DAY = np.timedelta64(86_400, "s")
WEEK = 7 * DAY
MEAN_PRICE = 0.09
"""Mean of generated prices [EUR/kWh]."""


def build_scenario(
    site: Site,
    *,
    start: date,
    days: int,
    seed: int = 0,
    prices: Series | None = None,
    sessions: Sessions | None = None,
    solar: Series | None = None,
    load: Series | None = None,
    carbon: Series | None = None,
    regime: Regime = Regime.DAM,
    rate: float | None = None,
    begin_h: float = 0.0,
) -> Scenario:
    """Put a site and its records on one axis of whole local days.

    Records that lie elsewhere in time are moved by whole weeks onto the horizon, and the notes say so.

    Args:
        start: first local day.
        seed: of everything that is generated.
        prices: wholesale prices; their currency becomes the site's.
        solar: output of one array [kW], scaled to each array's peak power by the series' own peak.
        load: base load [kW], shared among stations in proportion to their base load.
        carbon: intensity of imported energy [kg/kWh].
        regime: what is known of prices when.
        rate: units of the prices' currency per unit of the site's, None for the reference rate.
        begin_h: hour on the clock at which days begin and end, 12 for days from noon to noon.

    Raises:
        InputError: a record does not cover the horizon, base load is above an import limit, or prices
            are to be generated in a currency without a reference rate.
    """
    notes: list[str] = []
    if prices is not None and prices.currency:
        site, conversion = convert(site, prices.currency, rate)
        notes += [conversion.note()] if conversion else []
    arrays = site_arrays(site)
    zone, step_s = site.location.timezone, site.step_minutes * 60
    times = local_days(start, days, step_s, zone, begin_h)
    earlier = start - timedelta(days=HISTORY_DAYS)
    span = local_days(earlier, HISTORY_DAYS + days, step_s, zone, begin_h)
    dates = days + (begin_h > 0)
    past = len(span) - len(times)
    # Each record draws from its own stream, so giving one file does not change the others.
    streams = [np.random.default_rng([seed, stream]) for stream in range(6)]
    if prices is None:
        prices = generate_prices(
            start=earlier,
            days=HISTORY_DAYS + dates,
            timezone=zone,
            step_s=3600,
            currency=site.currency,
            mean=MEAN_PRICE * _per_euro(site),
            rng=streams[0],
        )
        notes.append("prices are generated")
    if sessions is None:
        ports = {name: int((arrays.port_station == at).sum()) for at, name in enumerate(arrays.station_names)}
        sessions = generate_sessions(
            start=start,
            days=dates,
            timezone=zone,
            ports_by_station=ports,
            kind=site.arrivals.kind,
            per_port_per_day=site.arrivals.per_port_per_day,
            vehicles=site.vehicles,
            rng=streams[1],
        )
        if arrays.port_count:
            notes.append("sessions are generated")
    else:
        sessions = _onto(sessions, times, zone, notes)
    schedule = schedule_sessions(sessions, arrays, site.vehicles, times, streams[2])
    urgent, regular = _demand(site, span, step_s, streams[5])
    market = _values(prices, span, past, step_s, zone, notes)
    sun = _solar(site, arrays, solar, span, past, step_s, streams[3], notes)
    base = _base(site, load, span, past, step_s, streams[4], notes)
    return Scenario(
        site=site,
        arrays=arrays,
        times=times,
        market=market[past:],
        solar_kw=sun[past:],
        base_kw=base[past:],
        urgent_kwh=urgent[past:],
        regular_kwh=regular[past:],
        carbon=np.zeros(len(times)) if carbon is None else _values(carbon, times, 0, step_s, zone, notes),
        schedule=schedule,
        regime=regime,
        notes=(*notes, *schedule.notes),
        sources=_sources(
            {"prices": prices, "sessions": sessions, "solar": solar, "load": load, "carbon": carbon}
        ),
        has_carbon=carbon is not None,
        history=History(market[:past], sun[:past], base[:past], urgent[:past], regular[:past]),
    )


def _per_euro(site: Site) -> float:
    """Return units of the site's currency per euro, in which generated prices are calibrated."""
    if site.currency not in REFERENCE_RATES:
        raise InputError(
            f"no reference rate for {site.currency} to generate prices with",
            where=f"site {site.name}, currency",
            found=site.currency,
            expected=f"one of {', '.join(REFERENCE_RATES)}",
            mend="give a file of prices, or state the site's amounts in another currency",
        )
    return REFERENCE_RATES[site.currency]


def _values(series: Series, span: Times, past: int, step_s: int, zone: str, notes: list[str]) -> Floats:
    """Return the series on the axis, moved by whole weeks where it lies elsewhere in time.

    A record of another zone keeps its wall clock: its morning is the site's morning.
    The first `past` steps are history: NaN where the series does not reach back so far.
    """
    # From here on the axis is in the record's own time.
    step = np.timedelta64(step_s, "s")
    span = span + moved_by(series, span[past:], step_s, zone, notes)
    missing = int(np.clip(-(-(series.start - span[0]) // step), 0, past))
    values = resample(series, step_s, span[missing], span[-1] + step).values
    return np.concatenate([np.full(missing, np.nan), values])


def moved_by(series: Series, times: Times, step_s: int, zone: str, notes: list[str]) -> np.timedelta64:
    """Return what to add to times of a horizon to find a record's values of them.

    Args:
        times: of the horizon, UTC, shape [step].
        step_s: length of a step of the horizon [s].
        zone: the site's clock; a record of another zone keeps its own, its morning is the site's morning.
        notes: where it is said, in words.

    Returns:
        Whole weeks where the record lies elsewhere in time, and the difference of the clocks.

    Raises:
        InputError: the record is shorter than the horizon.
    """
    clock = _clock_shift(series, zone, times[0], series.step_s, notes)
    first, end = times[0] - clock, times[-1] - clock + np.timedelta64(step_s, "s")
    if end - first > series.end - series.start:
        raise InputError(
            f"the {series.name} does not cover the horizon",
            where=series.provenance.source,
            found=f"{series.start}Z to {series.end}Z",
            expected=f"{first}Z to {end}Z or an equally long span elsewhere",
            mend="ask for fewer days (--days) or give a longer file",
        )
    weeks = 0
    if first < series.start:
        weeks = int(-(-(series.start - first) // WEEK))
    elif end > series.end:
        weeks = -int(-(-(end - series.end) // WEEK))
    if weeks:
        notes.append(f"{series.name} is taken from {abs(weeks)} weeks {'later' if weeks > 0 else 'earlier'}")
    return np.timedelta64(weeks * WEEK - clock, "s")


def _sources(records: Mapping[str, Series | Sessions | None]) -> tuple[str, ...]:
    """Say of each record where it came from, by its file's digest, and what was repaired."""
    said = []
    for name, record in records.items():
        if record is not None:
            origin = record.provenance
            digest = f", SHA-256 {origin.sha256[:16]}" if origin.sha256 else ""
            repairs = "".join(f"; {repair}" for repair in origin.repairs)
            said.append(f"{name}: {origin.source} ({origin.reader}{digest}){repairs}")
    return tuple(said)


def _onto(sessions: Sessions, times: Times, zone: str, notes: list[str]) -> Sessions:
    """Return sessions on the site's wall clock, moved by whole weeks if they lie elsewhere in time."""
    if not len(sessions):
        return sessions
    weeks = _weeks_away(sessions, times)
    if weeks:
        side = "later" if weeks > 0 else "earlier"
        notes.append(f"sessions are taken from {abs(weeks)} weeks {side}, so that weekdays agree")
    shift = _clock_shift(sessions, zone, times[0] + weeks * WEEK, 60, notes) - weeks * WEEK
    return replace(sessions, arrival=sessions.arrival + shift, departure=sessions.departure + shift)


def _clock_shift(
    record: Series | Sessions, zone: str, at: np.datetime64, step_s: int, notes: list[str]
) -> np.timedelta64:
    """Return what to add to a record's times so that its wall clock becomes the site's, in whole steps.

    Times of a record in UTC are taken as they are. The shift is that of the horizon's first moment.
    """
    if record.timezone in ("UTC", zone):
        return np.timedelta64(0, "s")
    moment = at.astype("datetime64[s]").astype(object).replace(tzinfo=UTC)
    theirs, ours = (moment.astimezone(ZoneInfo(name)).utcoffset() for name in (record.timezone, zone))
    seconds = (theirs - ours).total_seconds() if theirs is not None and ours is not None else 0.0
    shift = np.timedelta64(round(seconds / step_s) * step_s, "s")
    if shift:
        what = record.name if isinstance(record, Series) else "sessions"
        notes.append(f"{what}: {record.timezone} wall-clock times are read as the site's ({zone})")
    return shift


def _weeks_away(sessions: Sessions, times: Times) -> int:
    """Return how many whole weeks later than the horizon the sessions to use lie: 0 if that will do."""
    first, last = sessions.arrival.min(), sessions.arrival.max()
    if times[0] >= first - DAY and times[-1] <= last + DAY:
        return 0
    least, most = -(-(first - times[0]) // WEEK), (last - times[-1]) // WEEK
    if least <= most:
        return int(np.clip(0, least, most))
    # Sessions too few to cover the horizon lie in its middle.
    return int(np.rint(((first - times[0]) + (last - times[-1])) / (2 * WEEK)))


def _solar(
    site: Site,
    arrays: SiteArrays,
    series: Series | None,
    span: Times,
    past: int,
    step_s: int,
    rng: np.random.Generator,
    notes: list[str],
) -> Floats:
    panels = [station.solar for station in site.stations if station.solar]
    if not panels:
        return np.zeros((len(span), 0))
    if series is not None:
        peak = float(series.values.max())
        zone = site.location.timezone
        values = np.clip(_values(series, span, past, step_s, zone, notes), 0.0, None) / max(peak, 1e-9)
        return values[:, None] * arrays.solar_peak_kw[None, :]
    notes.append("solar output is simulated")
    weather_seed = int(rng.integers(2**31))
    # One sky over the whole site: every array sees the same draws.
    outputs = [
        generate_solar(
            site.location, panel, times=span, step_s=step_s, rng=np.random.default_rng(weather_seed)
        )
        for panel in panels
    ]
    return np.stack(outputs, axis=1)


def _base(
    site: Site,
    series: Series | None,
    span: Times,
    past: int,
    step_s: int,
    rng: np.random.Generator,
    notes: list[str],
) -> Floats:
    means = np.array([station.base_load.mean_kw if station.base_load else 0.0 for station in site.stations])
    if series is not None:
        share = means / means.sum() if means.sum() else np.full(len(means), 1 / len(means))
        zone = site.location.timezone
        total = np.maximum(_values(series, span, past, step_s, zone, notes), 0.0)
        return np.asarray(total[:, None] * share[None, :])
    columns = [
        generate_load(
            s.base_load.shape, s.base_load.mean_kw, times=span, timezone=site.location.timezone, rng=rng
        )
        if s.base_load
        else np.zeros(len(span))
        for s in site.stations
    ]
    return np.stack(columns, axis=1)


def _demand(site: Site, times: Times, step_s: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    urgent, regular = np.zeros((2, len(times), len(site.stations)))
    for at, station in enumerate(site.stations):
        if station.demand:
            urgent[:, at], regular[:, at] = generate_demand(
                mean_kw=station.demand.mean_kw,
                urgent_share=station.demand.urgent_share,
                times=times,
                step_s=step_s,
                timezone=site.location.timezone,
                rng=rng,
            )
    return urgent, regular
