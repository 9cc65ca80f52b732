"""What is charged by power: the highest import of a billing period, and its peak-valley difference (003)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wattswarm.outlook import Outlook
from wattswarm.plan.linear.assembly import Assembly
from wattswarm.site import Tariff

Indices = NDArray[np.int64]


def charge_peaks(build: Assembly, outlook: Outlook, tariff: Tariff, imports: Indices) -> float:
    """Charge each billing period's highest import.

    Args:
        build: the program so far.
        outlook: tells the periods, and the highest import so far.
        imports: columns, shape [step].

    Returns:
        What the running period already owes, negative [currency].
    """
    price = tariff.demand_charge_per_kw
    if price == 0.0:
        return 0.0
    already = np.zeros(_periods(outlook))
    already[0] = outlook.peak_kw
    peak = build.variables(already.shape, price, already, np.inf)
    rows = build.constraints(imports.shape, 0.0, np.inf)
    build.put(rows, peak[outlook.period], 1.0)
    build.put(rows, imports, -1.0)
    return -price * outlook.peak_kw


def charge_differences(
    build: Assembly,
    outlook: Outlook,
    tariff: Tariff,
    grid: tuple[Indices, Indices],
    most_between_kw: float | None,
) -> float:
    """Charge, or limit, each billing period's highest less its lowest net import: M >= net >= m.

    Args:
        build: the program so far.
        outlook: tells the periods, and the lowest and highest net import so far.
        grid: columns of import and export, shape [step] each.
        most_between_kw: limit on the difference; what has been already is the least. None for none.

    Returns:
        What the running period already owes, negative [currency].

    Source:
        Paper 003, eq. (11): the peak term, as M - m of models.md, appendix C.
    """
    price = tariff.peak_valley_charge_per_kw
    if price == 0.0 and most_between_kw is None:
        return 0.0
    imports, exports = grid
    count, already = _periods(outlook), 0.0
    least, most = np.full(count, np.inf), np.full(count, -np.inf)
    if outlook.between_kw is not None:
        least[0], most[0] = outlook.between_kw
        already = most[0] - least[0]
    highest = build.variables((count,), price, most, np.inf)
    lowest = build.variables((count,), -price, -np.inf, least)
    for extreme, sign in ((highest, 1.0), (lowest, -1.0)):
        rows = build.constraints(imports.shape, 0.0, np.inf)
        build.put(rows, extreme[outlook.period], sign)
        build.put(rows, imports, -sign)
        build.put(rows, exports, sign)
    if most_between_kw is not None:
        within = build.constraints((count,), -np.inf, max(most_between_kw, already))
        build.put(within, highest, 1.0)
        build.put(within, lowest, -1.0)
    return -price * already


def _periods(outlook: Outlook) -> int:
    return int(outlook.period.max()) + 1
