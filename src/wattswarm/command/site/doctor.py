"""`wattswarm doctor`: what a file holds and what is wrong with it, in plain words."""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import cast, get_args

from rich.console import Console

from wattswarm.data import examine
from wattswarm.data.cells import Quantity
from wattswarm.errors import InputError
from wattswarm.site import load_site, site_arrays
from wattswarm.terminal import check_file, say


def diagnose(
    file: Path,
    quantity: str | None,
    column: str | None,
    unit: str | None,
    timezone: str | None,
    json: bool,
    console: Console,
) -> bool:
    """Examine a site file or a file of data.

    Args:
        quantity: what to read of a series, None to find out.
        timezone: zone where the file states none.
        json: whether to print the findings as JSON on standard output.

    Returns:
        Whether the file can be used as it is.

    Raises:
        InputError: there is no such file or no such quantity.
    """
    check_file(file, "file")
    if quantity is not None and quantity not in get_args(Quantity):
        raise InputError(
            "there is no such quantity",
            where="--quantity",
            found=quantity,
            expected=", ".join(get_args(Quantity)),
            mend="name one of these, or leave --quantity out",
        )
    if file.suffix.lower() in {".yaml", ".yml"}:
        return _site(file, json, console)
    wanted = cast(Quantity | None, quantity)
    findings = examine(file, quantity=wanted, column=column, unit=unit, timezone=timezone)
    if json:
        print(json_text.dumps(findings.as_dict(), indent=2))
    for line in str(findings).splitlines():
        say(console, line)
    return findings.readable and not findings.defects


def _site(file: Path, json: bool, console: Console) -> bool:
    try:
        site = load_site(file)
    except InputError as error:
        if json:
            print(json_text.dumps({"path": str(file), "readable": False, "error": str(error)}, indent=2))
        for line in str(error).splitlines():
            say(console, line, indent=12)
        return False
    arrays = site_arrays(site)
    facts = {
        "site": site.name,
        "stations": arrays.station_count,
        "ports": arrays.port_count,
        "storages": arrays.storage_count,
        "solar arrays": arrays.solar_count,
        "limits": len(arrays.limit_names),
        "step": f"{site.step_minutes} min",
        "currency": site.currency,
        "time zone": site.location.timezone,
    }
    if json:
        print(json_text.dumps({"path": str(file), "readable": True, "facts": facts}, indent=2))
    say(console, f"{file}: a site file without mistakes")
    for name, value in facts.items():
        say(console, f"  {name}: {value}")
    return True
