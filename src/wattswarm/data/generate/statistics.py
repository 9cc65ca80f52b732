"""When, how long and how much the Dutch charge at home, in public and at work, from ElaadNL open data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["home", "public", "workplace"]

QUANTILE_LEVELS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
"""Shares of sessions at which `connection_h` and `energy_kwh` are tabulated."""


@dataclass(frozen=True)
class SessionStatistics:
    """When sessions of one kind of charger start, how long they last and how much energy they take.

    Source:
        ElaadNL open data (elaad.nl, charging sessions up to 2020), quarter and half hours joined to hours,
        one-percent steps thinned. Workplace hours without sessions carry the nearest hour's figure.
    """

    weekday: tuple[float, ...]
    """Share of arrivals in each local hour Monday to Friday, in percent, 24 values."""
    weekend: tuple[float, ...]
    """The same on Saturday and Sunday."""
    days: tuple[float, ...]
    """Share of the week's energy on each day from Monday, in percent, 7 values."""
    connection_h: tuple[float, ...]
    """Quantiles of connection time in hours at `QUANTILE_LEVELS`."""
    energy_kwh: tuple[float, ...]
    """Quantiles of energy in kWh at `QUANTILE_LEVELS`."""
    typical_connection_h: tuple[float, ...]
    """Typical connection time in hours by hour of arrival, 24 values."""
    mean_energy_kwh: tuple[float, ...]
    """Mean energy in kWh by hour of arrival, 24 values."""


# fmt: off
_HOME = SessionStatistics(
    weekday=(2.13, 0.53, 0.21, 0.12, 0.11, 0.08, 0.17, 0.57, 1.38, 1.13, 1.13, 1.54,
             2.18, 2.23, 2.68, 3.65, 5.68, 12.15, 17.02, 11.54, 9.1, 8.93, 9.12, 6.62),
    weekend=(4.08, 2.03, 0.77, 0.32, 0.21, 0.13, 0.13, 0.37, 0.91, 1.69, 3.04, 4.8,
             6.03, 6.17, 6.16, 6.9, 8.76, 10.21, 7.87, 6.51, 6.76, 6.22, 5.78, 4.14),
    days=(14.25, 14.4, 14.4, 14.2, 14.5, 14.8, 12.5),
    connection_h=(0.0, 0.5, 0.6, 1.0, 1.5, 2.2, 3.1, 6.5, 9.5, 11.0,
                  12.5, 13.8, 15.7, 20.3, 29.3, 43.0, 72.0),
    energy_kwh=(0.0, 0.6, 1.0, 1.8, 3.3, 5.0, 6.6, 10.1, 14.6, 19.4,
                24.9, 31.9, 40.4, 51.4, 59.6, 68.1, 99.9),
    typical_connection_h=(9.1, 8.9, 7.2, 5.7, 4.7, 4.3, 4.6, 4.5, 3.2, 3.5, 3.4, 3.8,
                          4.2, 4.7, 7.0, 14.9, 15.3, 14.7, 13.8, 13.0, 12.2, 11.2, 10.2, 9.6),
    mean_energy_kwh=(31.4, 32.5, 28.0, 24.8, 21.3, 21.5, 21.1, 18.1, 13.3, 14.5, 14.6, 14.8,
                     15.5, 16.2, 17.9, 19.5, 21.9, 22.4, 24.7, 27.4, 29.1, 29.1, 30.2, 30.8),
)

_PUBLIC = SessionStatistics(
    weekday=(0.98, 0.45, 0.24, 0.16, 0.16, 0.22, 0.73, 3.23, 7.86, 7.72, 5.11, 4.66,
             5.35, 5.35, 5.02, 5.12, 5.66, 8.34, 10.91, 8.06, 5.05, 3.96, 3.37, 2.28),
    weekend=(2.04, 1.24, 0.64, 0.37, 0.28, 0.25, 0.29, 0.65, 1.73, 3.73, 5.66, 7.0,
             7.88, 8.2, 8.46, 8.29, 7.98, 8.02, 7.33, 5.76, 4.87, 3.93, 3.14, 2.25),
    days=(13.5, 14.4, 14.8, 15.3, 14.8, 14.45, 11.35),
    connection_h=(0.0, 0.0, 0.1, 0.3, 0.6, 1.0, 1.3, 2.1, 3.0, 4.4,
                  7.4, 10.4, 13.5, 17.1, 21.7, 38.8, 72.0),
    energy_kwh=(0.0, 0.0, 0.0, 0.6, 1.6, 2.5, 3.4, 4.9, 6.2, 7.2,
                8.6, 11.3, 17.2, 29.0, 41.6, 56.0, 99.8),
    typical_connection_h=(10.0, 9.9, 9.5, 8.4, 6.8, 5.6, 5.2, 5.2, 4.9, 4.0, 3.0, 2.8,
                          3.0, 3.0, 3.0, 3.5, 4.7, 10.9, 12.4, 11.7, 11.3, 11.1, 10.5, 10.1),
    mean_energy_kwh=(20.9, 21.2, 21.4, 21.3, 20.1, 20.0, 18.9, 15.9, 13.0, 12.5, 12.7, 12.8,
                     12.9, 13.2, 14.2, 15.5, 16.5, 16.5, 16.5, 17.7, 19.1, 20.4, 20.4, 20.5),
)

_WORKPLACE = SessionStatistics(
    weekday=(0.03, 0.0, 0.0, 0.01, 0.13, 1.43, 4.33, 14.26, 26.66, 18.07, 7.73, 4.94,
             5.4, 5.28, 3.99, 3.04, 2.04, 1.02, 0.58, 0.5, 0.3, 0.14, 0.08, 0.04),
    weekend=(0.0,) * 24,
    days=(20.65, 21.45, 20.4, 21.7, 16.0, 0.0, 0.0),
    connection_h=(0.0, 0.0, 0.0, 0.6, 1.2, 1.7, 2.0, 2.9, 3.8, 4.9,
                  6.5, 8.0, 8.8, 9.8, 13.2, 25.7, 72.0),
    energy_kwh=(0.0, 0.0, 0.2, 1.4, 2.7, 3.8, 4.7, 6.2, 7.4, 8.8,
                10.9, 14.4, 19.2, 26.1, 31.9, 41.0, 95.7),
    typical_connection_h=(8.2, 8.2, 8.2, 8.2, 8.2, 8.2, 8.5, 8.4, 7.8, 6.2, 4.8, 4.0,
                          3.7, 3.2, 2.6, 2.2, 2.1, 2.6, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5),
    mean_energy_kwh=(12.2, 12.2, 12.2, 12.2, 12.2, 12.2, 12.9, 13.4, 15.5, 14.8, 14.6, 14.3,
                     14.8, 13.8, 12.6, 12.4, 11.5, 13.9, 12.4, 12.4, 12.4, 12.4, 12.4, 12.4),
)
# fmt: on

SESSION_STATISTICS: dict[Kind, SessionStatistics] = {
    "home": _HOME,
    "public": _PUBLIC,
    "workplace": _WORKPLACE,
}
