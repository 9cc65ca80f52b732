"""What the user asked for of a site, checked before any file is read and any time is spent."""

from __future__ import annotations

import math
from datetime import date, datetime

from wattswarm.command.site.options import Inputs
from wattswarm.data.cells import check_zone
from wattswarm.data.intake import check_repairs
from wattswarm.errors import InputError
from wattswarm.market import Regime
from wattswarm.terminal import check_file

MOST_DAYS = 366
_YEARS = (1990, 2100)


def parse_day(text: str | None) -> date | None:
    """Return the day that --start names."""
    if text is None:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        day = None
    if day is None or not _YEARS[0] <= day.year <= _YEARS[1]:
        raise InputError(
            "not a day that can be simulated",
            where="--start",
            found=text,
            expected=f"YYYY-MM-DD in {_YEARS[0]} to {_YEARS[1]}",
            mend="write for instance --start 2024-06-03",
        )
    return day


def parse_regime(name: str) -> Regime:
    """Return the information regime of that name, in any case."""
    names = [each.value for each in Regime]
    if name.upper() not in names:
        raise InputError(
            "unknown information regime",
            where="--regime",
            found=name,
            expected=", ".join(names),
            mend="DAM where tomorrow's prices are published at noon, RT where only the present is known",
        )
    return Regime(name.upper())


def check_inputs(inputs: Inputs) -> None:
    """Refuse options that are wrong by themselves or that nothing would use."""
    parse_day(inputs.start)
    parse_regime(inputs.regime)
    if not 1 <= inputs.days <= MOST_DAYS:
        raise InputError(
            "the horizon is too short or too long",
            where="--days",
            found=inputs.days,
            expected=f"1 to {MOST_DAYS} days",
            mend="write for instance --days 7",
        )
    if inputs.seed < 0:
        raise InputError(
            "a seed cannot be negative",
            where="--seed",
            found=inputs.seed,
            expected="0, 1, 2 ...",
            mend="write for instance --seed 1",
        )
    if inputs.rate is not None and not (inputs.rate > 0 and math.isfinite(inputs.rate)):
        raise InputError(
            "not a rate of exchange",
            where="--rate",
            found=inputs.rate,
            expected="a number above 0: units of the prices' currency per unit of the site's",
            mend="write for instance --rate 1.08, or leave it out for the reference rate",
        )
    check_repairs(frozenset(inputs.repair or ()))
    if inputs.timezone is not None:
        check_zone(inputs.timezone)
    for option, path in inputs.files().items():
        check_file(path, option)
    _check_use(inputs)


def _check_use(inputs: Inputs) -> None:
    of_prices = {
        "--column": inputs.column,
        "--unit": inputs.unit,
        "--rate": inputs.rate,
        "--forecast": inputs.forecast,
    }
    for option, value in of_prices.items():
        if value is not None and inputs.prices is None:
            raise InputError(
                "the option refers to a price file, but none is given",
                where=option,
                found=value,
                expected="--prices with a file",
                mend=f"add --prices or leave {option} out",
            )
    of_files = {"--repair": ", ".join(sorted(inputs.repair or ())), "--timezone": inputs.timezone}
    for option, text in of_files.items():
        if text and not inputs.files():
            raise InputError(
                "the option refers to a file, but none is given",
                where=option,
                found=text,
                expected="a file to read, such as --prices or --sessions",
                mend=f"add the file or leave {option} out",
            )
