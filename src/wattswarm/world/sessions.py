"""What each session took, gave, cost and paid in each step: the flows of ports, under the session's identity.

Energy mixes at the site: whatever draws in a step (ports, storages, load) imports the same share of what it
draws and pays that share of the import. What is exported beyond the sun's surplus comes from all that
discharges, in the same share of what each gives. Charges by power belong to no session.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattswarm.data import Floats
from wattswarm.site import Indices
from wattswarm.world.records import Flows
from wattswarm.world.scenario import Scenario
from wattswarm.world.stays import Stays


@dataclass(frozen=True, eq=False)
class SessionFlows:
    """Energy and money of each step of each stay, stay by stay; costs and penalties are positive too."""

    stays: Stays
    """Whose flows they are; `stays.session[stay]` is the identity of the session."""
    stay: Indices
    """Shape [row]."""
    step: Indices
    """Shape [row]."""
    charged_kwh: Floats
    """Drawn at the port, shape [row]."""
    discharged_kwh: Floats
    """Given back at the port, shape [row]."""
    import_kwh: Floats
    """Of what was drawn, from the grid, shape [row]."""
    export_kwh: Floats
    """Of what was given back, to the grid, shape [row]."""
    stored_kwh: Floats
    """In the battery at the end of the step, shape [row]."""
    import_cost: Floats
    """Of `import_kwh`, shape [row]."""
    export_income: Floats
    """For `export_kwh`, shape [row]."""
    wear: Floats
    """Of the battery, shape [row]."""
    customer_income: Floats
    """What the driver pays, in the last step, shape [row]."""
    v2g_reward: Floats
    """What the driver is paid, shape [row]."""
    unmet_penalty: Floats
    """For energy missing at departure, in the last step, shape [row]."""

    @property
    def profit(self) -> Floats:
        """What the operator earns by the session in the step, charges by power left out, shape [row]."""
        income = self.export_income + self.customer_income
        return income - self.import_cost - self.wear - self.v2g_reward - self.unmet_penalty

    def by_session(self, values: Floats) -> Floats:
        """Add up a column over the steps of each stay, shape [stay]."""
        return np.asarray(np.bincount(self.stay, values, len(self.stays)), np.float64)


def session_flows(scenario: Scenario, flows: Flows) -> SessionFlows:
    """Tell what a run's flows at ports belong to which session.

    Args:
        flows: of the run, leading axis [step].

    Returns:
        A row for each step of each stay.
    """
    stays, hours = scenario.stays, float(scenario.arrays.dt_h)
    stay, step = stays.each_step()
    here = step, stays.port[stay]

    def at_ports(values: object) -> Floats:
        return np.asarray(values, np.float64)[here]

    money, dispatch = flows.money, flows.dispatch
    imported, exported = _shares(flows)
    charged, discharged = at_ports(dispatch.charge_kw) * hours, at_ports(dispatch.discharge_kw) * hours
    import_kwh, export_kwh = charged * imported[step], discharged * exported[step]
    return SessionFlows(
        stays=stays,
        stay=stay,
        step=step,
        charged_kwh=charged,
        discharged_kwh=discharged,
        import_kwh=import_kwh,
        export_kwh=export_kwh,
        stored_kwh=at_ports(flows.energy_kwh),
        import_cost=import_kwh * scenario.import_price[step],
        export_income=export_kwh * scenario.export_price[step],
        wear=at_ports(money.wear),
        customer_income=at_ports(money.customer_income),
        v2g_reward=at_ports(money.v2g_reward),
        unmet_penalty=at_ports(money.unmet_penalty),
    )


def _shares(flows: Flows) -> tuple[Floats, Floats]:
    """Return what share of all that is drawn is imported, and of all that is discharged exported, [step]."""
    dispatch = flows.dispatch
    drawn = _total(dispatch.charge_kw) + _total(dispatch.load_kw)
    beyond_sun = np.maximum(np.asarray(flows.export_kw, np.float64) - _total(dispatch.solar_kw), 0.0)
    return _ratio(flows.import_kw, drawn), _ratio(beyond_sun, _total(dispatch.discharge_kw))


def _total(values: object) -> Floats:
    return np.asarray(np.asarray(values, np.float64).sum(axis=1))


def _ratio(part: object, whole: Floats) -> Floats:
    return np.divide(np.asarray(part, np.float64), whole, out=np.zeros_like(whole), where=whole > 0)
