"""What is on site: the site file, read and checked, as typed and immutable arrays."""

from wattswarm.site.arrays import Indices, SiteArrays, site_arrays
from wattswarm.site.check import check_site
from wattswarm.site.examples import example_names, load_example
from wattswarm.site.load import load_site, parse_site
from wattswarm.site.schema import (
    Arrivals,
    BaseLoad,
    Demand,
    Location,
    Node,
    Ports,
    Site,
    Solar,
    Station,
    Storage,
    Tariff,
    Vehicle,
)

__all__ = [
    "Arrivals",
    "BaseLoad",
    "Demand",
    "Indices",
    "Location",
    "Node",
    "Ports",
    "Site",
    "SiteArrays",
    "Solar",
    "Station",
    "Storage",
    "Tariff",
    "Vehicle",
    "check_site",
    "example_names",
    "load_example",
    "load_site",
    "parse_site",
    "site_arrays",
]
