"""What happens at a site over time: prices, sun, load and sessions, read from real files and checked."""

from wattswarm.data.calendar import Integers, LocalTime, local_clock, local_days, local_midnight, time_axis
from wattswarm.data.doctor import Findings, examine
from wattswarm.data.intake.defect import REPAIRS, Defect
from wattswarm.data.night import Batteries, ChargingNeeds, Hours, read_charging_needs, read_hours
from wattswarm.data.orders import Orders, read_charges, read_orders
from wattswarm.data.patch import read_patched
from wattswarm.data.read import SeriesFile, open_series, read_series, read_sessions
from wattswarm.data.resampling import resample
from wattswarm.data.series import Floats, Provenance, Series, Times
from wattswarm.data.sessions import Labels, Sessions
from wattswarm.data.years import move_by_years

__all__ = [
    "REPAIRS",
    "Batteries",
    "ChargingNeeds",
    "Defect",
    "Findings",
    "Floats",
    "Hours",
    "Integers",
    "Labels",
    "LocalTime",
    "Orders",
    "Provenance",
    "Series",
    "SeriesFile",
    "Sessions",
    "Times",
    "examine",
    "local_clock",
    "local_days",
    "local_midnight",
    "move_by_years",
    "open_series",
    "read_charges",
    "read_charging_needs",
    "read_hours",
    "read_orders",
    "read_patched",
    "read_series",
    "read_sessions",
    "resample",
    "time_axis",
]
