"""What happens at a site over time: prices, sun, load and sessions, read from real files and checked."""

from wattswarm.data.doctor import Findings, examine
from wattswarm.data.intake.defect import REPAIRS, Defect
from wattswarm.data.read import read_series, read_sessions, series_span
from wattswarm.data.resample import resample
from wattswarm.data.series import Provenance, Series
from wattswarm.data.sessions import Sessions

__all__ = [
    "REPAIRS",
    "Defect",
    "Findings",
    "Provenance",
    "Series",
    "Sessions",
    "examine",
    "read_series",
    "read_sessions",
    "resample",
    "series_span",
]
