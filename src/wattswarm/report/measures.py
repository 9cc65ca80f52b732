"""What one policy's run amounts to: money, energy, service, wear and limits, added up from its flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import jax
import numpy as np

from wattswarm.control import Run
from wattswarm.data import Floats
from wattswarm.errors import InputError
from wattswarm.report.wear import first_year_losses
from wattswarm.site import Site

SATISFIED_KWH = 0.01
"""A departure that misses less than this [kWh] is satisfied."""
LIMIT_TOLERANCE_KW = 1e-3
"""Excess over a limit below this [kW] is rounding, not a violation."""
VOLTAGE_TOLERANCE_PU = 1e-5
"""A voltage nearer to its band than this [pu] is rounding, not a violation."""
SOURCES = ("import_cost", "demand_charge", "peak_valley_charge", "wear", "v2g_reward", "unmet_penalty")
INCOMES = ("customer_income", "service_income", "export_income")


@dataclass(frozen=True)
class Measures:
    """One run in figures; None where there is nothing to measure."""

    profit: float
    """All incomes less all costs [currency]."""
    energy_cost: float
    """Import and charges by power less export income: the grid's bill [currency]."""
    money: Mapping[str, float]
    """Every item of the bill, as positive amounts [currency]."""
    import_kwh: float
    export_kwh: float
    peak_import_kw: float
    """Highest mean import of a step."""
    delivered_kwh: float
    """Energy asked for by drivers that was in the battery at departure."""
    asked_kwh: float
    """Energy asked for by drivers, as far as it could be reached while plugged in."""
    unmet_kwh: float
    """Asked but missing at departure."""
    unmet_share: float | None
    """Unmet over asked."""
    satisfied_share: float | None
    """Departures that miss nothing, over all departures."""
    cost_per_kwh: float | None
    """Energy cost, wear and V2G rewards for each delivered kWh [currency/kWh]; load included."""
    wear_cost: float
    """Price of battery wear [currency]."""
    solar_used_kwh: float
    """Solar energy used or sold."""
    solar_curtailed_kwh: float
    """Solar energy that could have been had and was not."""
    v2g_kwh: float
    """Energy drawn from vehicles."""
    storage_cycles: float | None
    """Equivalent full cycles, mean of the storages."""
    storage_loss_xu: float | None
    """First-year capacity loss of new storages by Xu et al., mean, fraction."""
    storage_loss_schmalstieg: float | None
    """The same by Schmalstieg et al."""
    carbon_kg: float | None
    """CO2 of imported energy, None where no intensity was given."""
    fairness: float | None
    """Jain's index of the share served of each departure, 1 = all alike."""
    lowest_voltage_pu: float | None
    """Of any bus of the feeder by AC power flow, None without one."""
    highest_voltage_pu: float | None
    """Likewise."""
    violations: int
    """Number of steps and limits with an excess, buses outside their band included; must be 0."""
    violation_kwh: float
    """Energy above limits; must be 0."""
    seconds: float
    """Time spent deciding [s], 0 for compiled policies."""


def measure(run: Run) -> Measures:
    """Add up a run.

    Args:
        run: a policy's way through a scenario.

    Raises:
        InputError: a flow of the run is not a finite number.
    """
    _refuse_unfinished(run)
    scenario, flows, arrays = run.scenario, run.flows, run.scenario.arrays
    hours, ports = arrays.dt_h, arrays.port_count
    money = {
        name: float(np.asarray(values, np.float64).sum()) for name, values in flows.money._asdict().items()
    }
    asked, missing = stays(run)
    delivered, unmet = float((asked - missing).sum()), float(missing.sum())
    by_power = money["demand_charge"] + money["peak_valley_charge"]
    energy_cost = money["import_cost"] + by_power - money["export_income"]
    spent = energy_cost + money["wear"] + money["v2g_reward"]
    fed = np.asarray(flows.dispatch.solar_kw, np.float64)
    excess, voltage = limit_excess(run), np.asarray(flows.voltage_pu, np.float64)
    wear = first_year_losses(run) if arrays.storage_count else None
    return Measures(
        profit=run.profit,
        energy_cost=energy_cost,
        money=money,
        import_kwh=_kwh(flows.import_kw, hours),
        export_kwh=_kwh(flows.export_kw, hours),
        peak_import_kw=float(np.max(flows.import_kw)),
        delivered_kwh=delivered,
        asked_kwh=float(asked.sum()),
        unmet_kwh=unmet,
        unmet_share=unmet / float(asked.sum()) if asked.sum() > 0 else None,
        satisfied_share=float((missing <= SATISFIED_KWH).mean()) if len(missing) else None,
        cost_per_kwh=spent / delivered if delivered > SATISFIED_KWH else None,
        wear_cost=money["wear"],
        solar_used_kwh=_kwh(fed, hours),
        solar_curtailed_kwh=_kwh(np.maximum(scenario.solar_kw - fed, 0.0), hours),
        v2g_kwh=_kwh(flows.dispatch.discharge_kw[:, :ports], hours),
        storage_cycles=_mean(wear.cycles) if wear else None,
        storage_loss_xu=_mean(wear.xu) if wear else None,
        storage_loss_schmalstieg=_mean(wear.schmalstieg) if wear else None,
        carbon_kg=float(np.sum(flows.carbon_kg)) if scenario.has_carbon else None,
        fairness=jain_index((asked - missing)[asked > 0] / asked[asked > 0]),
        lowest_voltage_pu=float(voltage.min()) if voltage.size else None,
        highest_voltage_pu=float(voltage.max()) if voltage.size else None,
        violations=int((excess > 0).sum()) + _outside_band(scenario.site, voltage),
        violation_kwh=_kwh(excess, hours),
        seconds=run.seconds,
    )


def stays(run: Run) -> tuple[Floats, Floats]:
    """Return what each departing vehicle asked for and what it missed [kWh at the battery], shape [stay]."""
    there = run.scenario.stays
    shortfall = np.asarray(run.flows.shortfall_kwh, np.float64)
    missing = shortfall[there.end - 1, there.port]
    asked = np.maximum(there.target_kwh - there.arrival_kwh, 0.0)
    return asked, np.minimum(missing, asked)


def limit_excess(run: Run) -> Floats:
    """Return how far each limit was exceeded [kW], rounding left out, shape [step, limit]."""
    arrays, power = run.scenario.arrays, np.asarray(run.flows.limit_kw, np.float64)
    excess = np.maximum(power - arrays.import_limit_kw, -power - arrays.export_limit_kw)
    return np.where(excess > LIMIT_TOLERANCE_KW, excess, 0.0)


def _outside_band(site: Site, voltage_pu: Floats) -> int:
    """Return at how many steps and buses the AC voltage left the band of the site's feeder."""
    band = site.feeder
    if band is None:
        return 0
    low, high = band.minimum_pu - VOLTAGE_TOLERANCE_PU, band.maximum_pu + VOLTAGE_TOLERANCE_PU
    return int(((voltage_pu < low) | (voltage_pu > high)).sum())


def jain_index(shares: Floats) -> float | None:
    """Measure how evenly something is shared.

    Args:
        shares: what each one got of what they asked, shape [n].

    Returns:
        (sum x)^2 / (n sum x^2): 1 when all got the same, 1/n when one got all; None where nobody got any.

    Source:
        Jain, Chiu, Hawe, DEC-TR-301, 1984.
    """
    squares = float((shares**2).sum())
    return float(shares.sum()) ** 2 / (len(shares) * squares) if squares > 0 else None


def _kwh(power_kw: object, hours: float) -> float:
    return float(np.asarray(power_kw, np.float64).sum()) * hours


def _mean(values: Floats | None) -> float | None:
    return None if values is None else float(values.mean())


def _refuse_unfinished(run: Run) -> None:
    for values in jax.tree.leaves(run.flows):
        if not np.isfinite(values).all():
            step = int(np.argwhere(~np.isfinite(values))[0][0])
            raise InputError(
                "a policy's run holds a value that is not a number",
                where=f"policy {run.policy} at {run.scenario.times[step]}Z",
                found="NaN or infinity among its flows",
                expected="finite powers, energies and amounts",
                mend="look for a policy that requests NaN, or run it with --dtype float64",
            )
