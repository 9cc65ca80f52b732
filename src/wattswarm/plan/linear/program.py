"""The world as a linear program: the same balances, limits and money, vectorised (models 7.1, appendix C).

Variables for every stay and step: charge c, discharge d, energy E at the end of the step; for every stay
a shortfall z; for storages the same; solar used g; import and export; demand deferred m; peak of each
billing period, and the highest and lowest net import where their difference counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wattswarm.data import Floats
from wattswarm.outlook import Outlook
from wattswarm.plan.linear.assembly import Assembly, LinearProgram
from wattswarm.plan.linear.charges import charge_differences, charge_peaks
from wattswarm.site import SiteArrays, Tariff
from wattswarm.world import NO_LIMIT_KW

Indices = NDArray[np.int64]
INFINITY = np.inf


@dataclass(frozen=True, eq=False)
class Pair:
    """Two flows that exclude each other but that a linear program may use at once."""

    first: Indices
    second: Indices


@dataclass(frozen=True, eq=False)
class Rest:
    """Where a search may start: everything idle, each balance closed by one column, shape [balance] each."""

    rows: Indices
    columns: Indices


@dataclass(frozen=True, eq=False)
class Program:
    """A window of the world as a linear program, and what its columns mean."""

    linear: LinearProgram
    exclusive: Pair
    """Pairs of columns of which at most one may be positive."""
    rest: Rest
    """Energies and imports, which alone close the balances where batteries and exports rest."""
    battery_step: Indices
    """Step of each battery flow, shape [flow]."""
    battery: Indices
    """Battery of each flow, shape [flow]."""
    charge: Indices
    """Column of each flow's charge, shape [flow]."""
    discharge: Indices
    """Column of each flow's discharge, -1 where there is none, shape [flow]."""
    solar: Indices
    """Columns, shape [step, solar]."""
    defer: Indices
    """Columns, shape [step, station], empty without deferrable demand."""

    def requests(self, x: Floats, steps: int, batteries: int) -> tuple[Floats, Floats, Floats]:
        """Return a solution's power [step, battery], solar [step, solar] and deferral [step, station]."""
        power = np.zeros((steps, batteries))
        out = np.where(self.discharge >= 0, x[self.discharge], 0.0)
        power[self.battery_step, self.battery] = x[self.charge] - out
        return power, x[self.solar], x[self.defer]


@dataclass(frozen=True, eq=False)
class _Flows:
    """Columns of battery flows with their place: flow -> (step, battery, charge, discharge)."""

    step: Indices
    battery: Indices
    charge: Indices
    discharge: Indices


def build_program(
    outlook: Outlook, arrays: SiteArrays, tariff: Tariff, most_between_kw: float | None = None
) -> Program:
    """State a window of the world as a linear program.

    Args:
        outlook: what is believed of the window.
        most_between_kw: limit on the highest less the lowest net import of a billing period, None for none.

    Returns:
        The program; its optimum is the exact optimum of the world wherever no pair in `exclusive` is used
        at once (models 7.2 A, B).
    """
    build = Assembly()
    hours, steps = arrays.dt_h, outlook.steps
    fixed_kw = outlook.base_kw + (outlook.urgent_kwh + outlook.regular_kwh) / hours
    stay_flows, constant = _stays(build, outlook, arrays, tariff)
    storage_flows = _storages(build, outlook, arrays)
    solar = build.variables(outlook.solar_kw.shape, 0.0, 0.0, outlook.solar_kw)
    defer = _deferral(build, outlook)
    constant -= float((outlook.service_price[:, None] * (outlook.urgent_kwh + outlook.regular_kwh)).sum())
    constant -= float(outlook.service_price[0] * outlook.deferred_kwh.sum())
    imports, exports = _grid(build, outlook, arrays, solar)
    constant += charge_peaks(build, outlook, tariff, imports)
    constant += charge_differences(build, outlook, tariff, (imports, exports), most_between_kw)
    flows = _Flows(
        *[
            np.concatenate([getattr(stay_flows, name), getattr(storage_flows, name)])
            for name in ("step", "battery", "charge", "discharge")
        ]
    )
    carried = np.zeros_like(fixed_kw)
    carried[0] = outlook.deferred_kwh / hours
    balance = build.constraints((steps,), *[(fixed_kw + carried).sum(axis=1)] * 2)
    build.put(balance, imports, 1.0)
    build.close(balance, imports)
    build.put(balance, exports, -1.0)
    build.put(balance[:, None], solar, 1.0)
    _batteries_into(build, balance[flows.step], flows, -1.0)
    _deferral_into(build, balance[:, None], defer, -1.0 / hours)
    _limits(build, outlook, arrays, fixed_kw + carried, flows, solar, defer)
    both = flows.discharge >= 0
    return Program(
        linear=build.program(constant),
        exclusive=Pair(
            np.concatenate([flows.charge[both], imports]), np.concatenate([flows.discharge[both], exports])
        ),
        rest=Rest(np.concatenate(build.rest_rows), np.concatenate(build.rest_columns)),
        battery_step=flows.step,
        battery=flows.battery,
        charge=flows.charge,
        discharge=flows.discharge,
        solar=solar,
        defer=defer,
    )


def _stays(build: Assembly, outlook: Outlook, arrays: SiteArrays, tariff: Tariff) -> tuple[_Flows, float]:
    stays, hours, steps = outlook.stays, arrays.dt_h, outlook.steps
    stay, step = stays.each_step(steps)
    last_step, count, port = np.minimum(stays.end, steps), len(stay), stays.port[stay]
    eta, eta_out = arrays.charge_efficiency[port], arrays.discharge_efficiency[port]
    wear = stays.wear_price[stay] * hours
    flat = _flat_limit(stays.curve_kw, stays.curve_slope, stays.arrival_kwh, stays.charge_kw)
    is_first = step == stays.begin[stay]
    charge = build.variables((count,), wear, 0.0, np.where(is_first, flat[stay], stays.charge_kw[stay]))
    gives = stays.discharge_kw[stay] > 0
    discharge = np.full(count, -1)
    discharge[gives] = build.variables(
        (int(gives.sum()),),
        wear[gives] + tariff.v2g_reward_per_kwh * hours,
        0.0,
        stays.discharge_kw[stay][gives],
    )
    energy = build.variables((count,), 0.0, stays.floor_kwh[stay], stays.ceiling_kwh[stay])
    moves = build.constraints((count,), *[np.where(is_first, stays.arrival_kwh[stay], 0.0)] * 2)
    build.put(moves, energy, 1.0)
    build.close(moves, energy)
    build.put(moves[~is_first], energy[np.flatnonzero(~is_first) - 1], -1.0)
    build.put(moves, charge, -eta * hours)
    build.put(moves[gives], discharge[gives], hours / eta_out[gives])
    _curves(build, outlook, stay, is_first, charge, energy)
    penalty = (
        tariff.unmet_penalty_per_kwh + tariff.customer_price_per_kwh / arrays.charge_efficiency[stays.port]
    )
    final = energy[step == last_step[stay] - 1]
    later = (stays.end - last_step) * stays.charge_kw * arrays.charge_efficiency[stays.port] * hours
    _targets(build, final, stays.target_kwh - later, penalty)
    goes_on = np.flatnonzero(later > 0)
    if len(goes_on) and outlook.terminal_price > 0:
        price = outlook.terminal_price / arrays.charge_efficiency[stays.port[goes_on]]
        _targets(build, final[goes_on], stays.target_kwh[goes_on], price)
    need = np.maximum(stays.target_kwh - stays.arrival_kwh, 0.0) / arrays.charge_efficiency[stays.port]
    leaves = stays.end <= steps
    income = tariff.customer_price_per_kwh * float(need[leaves].sum())
    return _Flows(step, port, charge, discharge), -income


def _flat_limit(curve_kw: Floats, curve_slope: Floats, energy: Floats, charge_kw: Floats) -> Floats:
    """Return the power limit of each stay at a given energy, shape [stay]."""
    along = (curve_kw + curve_slope * energy[:, None]).min(axis=1, initial=NO_LIMIT_KW)
    return np.asarray(np.clip(along, 0.0, charge_kw))


def _curves(
    build: Assembly,
    outlook: Outlook,
    stay: Indices,
    is_first: NDArray[np.bool_],
    charge: Indices,
    energy: Indices,
) -> None:
    """Bound charge by each sloping piece of the curve that can bind after the first step."""
    stays = outlook.stays
    at_floor, at_ceiling = (
        stays.curve_kw + stays.curve_slope * energy_kwh[:, None]
        for energy_kwh in (stays.floor_kwh, stays.ceiling_kwh)
    )
    binds = np.minimum(at_floor, at_ceiling) < stays.charge_kw[:, None]
    for piece in np.flatnonzero(binds.any(axis=0)):
        intercept, slope = stays.curve_kw[:, piece], stays.curve_slope[:, piece]
        bound = np.flatnonzero(binds[stay, piece] & ~is_first)
        rows = build.constraints((len(bound),), -INFINITY, intercept[stay[bound]])
        build.put(rows, charge[bound], 1.0)
        build.put(rows, energy[bound - 1], -slope[stay[bound]])


def _targets(build: Assembly, energy: Indices, target: Floats, penalty: object) -> None:
    shortfall = build.variables(target.shape, penalty, 0.0, INFINITY)
    rows = build.constraints(target.shape, target, INFINITY)
    build.put(rows, energy, 1.0)
    build.put(rows, shortfall, 1.0)


def _storages(build: Assembly, outlook: Outlook, arrays: SiteArrays) -> _Flows:
    ports, shape, hours = arrays.port_count, (outlook.steps, arrays.storage_count), arrays.dt_h
    eta, eta_out = arrays.charge_efficiency[ports:], arrays.discharge_efficiency[ports:]
    wear, floor, keep = arrays.storage_wear_price * hours, arrays.storage_floor_kwh, arrays.storage_retention
    charge = build.variables(shape, wear, 0.0, arrays.charge_kw[ports:])
    discharge = build.variables(shape, wear, 0.0, arrays.discharge_kw[ports:])
    energy = build.variables(shape, 0.0, floor, arrays.storage_ceiling_kwh)
    if shape[1]:
        build.cost[-1] = build.cost[-1].copy()
        build.cost[-1][-shape[1] :] = -outlook.terminal_price * eta_out
    start = np.zeros(shape)
    start[0] = keep * outlook.storage_kwh
    moves = build.constraints(shape, *[start + floor * (1.0 - keep)] * 2)
    build.put(moves, energy, 1.0)
    build.close(moves, energy)
    build.put(moves[1:], energy[:-1], -keep)
    build.put(moves, charge, -eta * hours)
    build.put(moves, discharge, hours / eta_out)
    step, storage = np.indices(shape).reshape(2, -1)
    return _Flows(step, ports + storage, charge.ravel(), discharge.ravel())


def _deferral(build: Assembly, outlook: Outlook) -> Indices:
    """Deferred demand m, eq. (2) of 002: serving it one step later moves its income there."""
    if not outlook.regular_kwh.any():
        return np.zeros((outlook.steps, 0), np.int64)
    price = outlook.service_price[:, None]
    later = np.vstack([price[1:], np.zeros((1, 1))])
    return build.variables(outlook.regular_kwh.shape, price - later, 0.0, outlook.regular_kwh)


def _deferral_into(build: Assembly, rows: Indices, defer: Indices, per_kwh: object) -> None:
    """Add the load that deferral takes from a step and brings to the next one."""
    if defer.shape[1]:
        build.put(rows, defer, -np.asarray(per_kwh))
        build.put(rows[1:], defer[:-1], per_kwh)


def _grid(build: Assembly, outlook: Outlook, arrays: SiteArrays, solar: Indices) -> tuple[Indices, Indices]:
    hours, shape = arrays.dt_h, (outlook.steps,)
    whole = (arrays.incidence == 1.0).all(axis=1)
    most_in, most_out = arrays.import_limit_kw[whole].min(), arrays.export_limit_kw[whole].min()
    imports = build.variables(shape, outlook.import_price * hours, 0.0, most_in)
    exports = build.variables(shape, -outlook.export_price * hours, 0.0, most_out)
    bonus = outlook.feed_in_price - outlook.export_price
    paid = np.flatnonzero(bonus > 0)
    if len(paid) and solar.shape[1]:
        fed = build.variables(paid.shape, -bonus[paid] * hours, 0.0, INFINITY)
        of_export = build.constraints(paid.shape, 0.0, INFINITY)
        build.put(of_export, exports[paid], 1.0)
        build.put(of_export, fed, -1.0)
        of_solar = build.constraints(paid.shape, 0.0, INFINITY)
        build.put(of_solar[:, None], solar[paid], 1.0)
        build.put(of_solar, fed, -1.0)
    return imports, exports


def _batteries_into(build: Assembly, rows: Indices, flows: _Flows, sign: object) -> None:
    build.put(rows, flows.charge, sign)
    gives = flows.discharge >= 0
    build.put(
        rows[gives], flows.discharge[gives], -np.broadcast_to(np.asarray(sign, np.float64), rows.shape)[gives]
    )


def _limits(
    build: Assembly,
    outlook: Outlook,
    arrays: SiteArrays,
    load_kw: Floats,
    flows: _Flows,
    solar: Indices,
    defer: Indices,
) -> None:
    """Hold every limit below the grid connection that can bind at all."""
    batteries = len(arrays.charge_kw)
    solars = batteries + arrays.solar_count
    of_batteries, of_solar = arrays.incidence[:, :batteries], arrays.incidence[:, batteries:solars]
    most = of_batteries @ arrays.charge_kw + (load_kw @ arrays.incidence[:, solars:].T).max(axis=0)
    most += 1e3 * bool(defer.shape[1])
    least = of_batteries @ arrays.discharge_kw + (outlook.solar_kw @ of_solar.T).max(axis=0, initial=0.0)
    connects = (arrays.incidence == 1.0).all(axis=1)
    slack = connects | (most <= arrays.import_limit_kw) & (least <= arrays.export_limit_kw)
    for at in np.flatnonzero(~slack):
        row = arrays.incidence[at]
        of_load = load_kw @ row[solars:]
        import_kw, export_kw = arrays.import_limit_kw[at], arrays.export_limit_kw[at]
        rows = build.constraints((outlook.steps,), -export_kw - of_load, import_kw - of_load)
        counts = row[flows.battery] > 0
        part = _Flows(*[getattr(flows, name)[counts] for name in ("step", "battery", "charge", "discharge")])
        _batteries_into(build, rows[part.step], part, row[part.battery])
        if solar.shape[1]:
            build.put(rows[:, None], solar, -row[batteries:solars])
        _deferral_into(build, rows[:, None], defer, row[solars:] / arrays.dt_h)
