"""sessions.csv: what each session took, gave, cost and paid under each policy."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from wattswarm.control import Run
from wattswarm.data import Floats
from wattswarm.report.comparison import Comparison
from wattswarm.report.measures import stays
from wattswarm.world import session_flows

POWERS: Final = ("import_kw", "export_kw")
MONEY: Final = ("import_cost", "export_income", "wear", "customer_income", "v2g_reward", "unmet_penalty")
_REST: Final = "rest of the site"


def sessions_csv(comparison: Comparison) -> bytes:
    """Return a row a session and policy, those turned away too, and one for the rest of each policy's bill.

    Returns:
        UTF-8 text; energies [kWh] and amounts [currency] are not rounded, so that they add up to the bill.
    """
    table = pl.concat([_sessions(run) for run in comparison.runs])
    plain = table.with_columns(pl.col(pl.String).replace("", None))
    return plain.write_csv(datetime_format="%Y-%m-%dT%H:%M:%S").encode()


def _sessions(run: Run) -> pl.DataFrame:
    """Return the rows of one policy: those served, those turned away, the rest of the site."""
    rows = _identities(run).hstack(_energy_and_money(run))
    # Rounded far below a cent, so that what is nothing reads so.
    rest = {name: [round(whole - rows[name].to_numpy().sum(), 10)] for name, whole in _bill(run).items()}
    return pl.concat([rows, pl.DataFrame({"status": [_REST], **rest})], how="diagonal").select(
        pl.lit(run.policy).alias("policy"), pl.all()
    )


def _identities(run: Run) -> pl.DataFrame:
    schedule, arrays = run.scenario.schedule, run.scenario.arrays
    sessions, away = schedule.sessions, schedule.turned_away
    ports = [arrays.port_names[port] for port in schedule.stays.port]
    return pl.DataFrame(
        {
            "status": np.repeat(["served", "turned away"], [len(ports), away]),
            "session": sessions.identity,
            "user": sessions.user,
            "vehicle": np.where(sessions.vehicle_id != "", sessions.vehicle_id, sessions.vehicle),
            "model": schedule.model,
            "station": sessions.station,
            "port": pl.Series([*ports, *[None] * away], dtype=pl.String),
            "arrival_utc": sessions.arrival.astype("datetime64[ms]"),
            "departure_utc": sessions.departure.astype("datetime64[ms]"),
            "requested_kwh": sessions.energy_kwh,
        }
    )


def _energy_and_money(run: Run) -> pl.DataFrame:
    here, away = run.scenario.stays, run.scenario.schedule.turned_away
    flows, (asked, missing) = session_flows(run.scenario, run.flows), stays(run)
    left = np.asarray(run.flows.energy_kwh, np.float64)[here.end - 1, here.port]
    columns: dict[str, Floats] = {"asked_kwh": asked, "delivered_kwh": asked - missing}
    for name in ("charged_kwh", "discharged_kwh", "import_kwh", "export_kwh", *MONEY, "profit"):
        columns[name] = flows.by_session(getattr(flows, name))
    # Adding nothing takes the sign off a zero.
    served = {name: np.concatenate([column, np.zeros(away)]) + 0.0 for name, column in columns.items()}
    soc = np.concatenate([left / here.capacity_kwh, np.full(away, np.nan)])
    return pl.DataFrame({"departure_soc": pl.Series(soc, nan_to_null=True), **served})


def _bill(run: Run) -> dict[str, float]:
    """Return what the columns that add up come to for the whole site."""
    flows, hours = run.flows, run.scenario.arrays.dt_h
    energy = {f"{name}h": np.asarray(getattr(flows, name), np.float64) * hours for name in POWERS}
    money = {name: np.asarray(getattr(flows.money, name), np.float64) for name in MONEY}
    return {name: float(each.sum()) for name, each in (energy | money).items()} | {"profit": run.profit}
