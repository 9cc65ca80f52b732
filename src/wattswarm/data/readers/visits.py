"""Columns of a session table to visits: which is the arrival, the departure, the station."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattswarm.data.cells.numbers import Numbers, read_numbers
from wattswarm.data.cells.stamps import stated_zone
from wattswarm.data.intake.readings import Visits
from wattswarm.data.intake.table import Table
from wattswarm.data.readers.columns import instants_of

ARRIVAL: Final = (
    "arrival", "arrival_utc", "arrival_time", "connection_time", "connectiontime", "plug_in", "plugin_time",
    "start", "start_time", "started", "session_start", "created",
)  # fmt: skip
DEPARTURE: Final = (
    "departure", "departure_utc", "departure_time", "disconnect_time", "disconnecttime", "plug_out",
    "plugout_time", "end", "end_time", "ended", "stop", "stop_time", "session_end",
)  # fmt: skip
_STATION: Final = (
    "station_id", "stationid", "station", "evse_id", "evse", "charger_id", "charger", "charge_point",
)  # fmt: skip
_IDENTITY: Final = ("session_id", "sessionid", "transaction_id", "id")
_USER: Final = (
    "user_id", "userid", "user", "id_tag", "idtag", "ocpp_id_tag", "rfid", "account", "account_id",
    "customer_id", "contract_id", "emaid", "driver_id",
)  # fmt: skip
_VEHICLE_ID: Final = (
    "vehicle_id", "vehicleid", "vin", "evccid", "evcc_id", "ev_id", "car_id", "license_plate",
)  # fmt: skip
_VEHICLE: Final = ("vehicle", "vehicle_model", "car_model", "model")
_SOC: Final = ("arrival_soc", "soc_arrival", "start_soc", "soc")
_CAPACITY: Final = ("capacity_kwh", "battery_kwh", "battery_capacity_kwh")


def visits_of(
    table: Table,
    reader: str,
    arrival: str,
    departure: str,
    energy: Numbers,
    timezone: str | None,
    home: str | None,
) -> Visits:
    """Return the rows of a session table.

    Args:
        arrival: column of plug-in times.
        departure: column of plug-out times.
        energy: kWh, shape [n].
        timezone: zone that the caller names.
        home: zone that the format fixes, None where it fixes none.

    Raises:
        InputError: times without a zone.
    """
    zone = timezone or home
    came, notes = instants_of(table, arrival, zone, ordered=False)
    left, more = instants_of(table, departure, zone, ordered=False)
    return Visits(
        source=table.source,
        row_word=table.row_word,
        reader=reader,
        timezone=zone or stated_zone(table.frame[arrival]) or "UTC",
        arrival=came,
        departure=left,
        energy=energy,
        arrival_soc=_numbers(table, _SOC),
        capacity=_numbers(table, _CAPACITY),
        station=_labels(table, _STATION),
        vehicle=_labels(table, _VEHICLE),
        identity=_labels(table, _IDENTITY),
        user=_labels(table, _USER),
        vehicle_id=_labels(table, _VEHICLE_ID),
        rows=table.rows,
        notes=(*notes, *more),
    )


def asked_or_delivered(asked: Numbers, delivered: Numbers) -> tuple[Numbers, tuple[str, ...]]:
    """Return the energy asked for where positive, else delivered, and a note on how many rows fell back."""
    by_request = asked.values > 0
    chosen = Numbers(
        np.where(by_request, asked.values, delivered.values),
        np.where(by_request, asked.fault, delivered.fault).astype(np.int8),
        pl.select(pl.when(pl.Series(by_request)).then(asked.text).otherwise(delivered.text)).to_series(),
    )
    count = int(np.count_nonzero(~by_request))
    return chosen, (
        f"energy is the energy requested; in {count} sessions without a positive one the energy delivered",
    )


def scaled(numbers: Numbers, factor: float) -> Numbers:
    """Return numbers in another unit."""
    return replace(numbers, values=numbers.values * factor)


def nothing(count: int) -> Numbers:
    """Return a column without values, shape [count]."""
    text = pl.Series([None] * count, dtype=pl.String)
    return read_numbers(text)


def _numbers(table: Table, names: tuple[str, ...]) -> Numbers:
    column = table.find(*names)
    return nothing(len(table.rows)) if column is None else read_numbers(table.frame[column])


def _labels(table: Table, names: tuple[str, ...]) -> NDArray[np.str_]:
    column = table.find(*names)
    if column is None:
        return np.full(len(table.rows), "", dtype=np.str_)
    return np.asarray(table.text(column).str.strip_chars().fill_null("").to_list(), dtype=np.str_)
