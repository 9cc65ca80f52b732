"""The studies by name, which the command line loads from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any

from wattswarm.errors import InputError, no_such
from wattswarm.papers.experiment import Options
from wattswarm.runtime import prepare


@dataclass(frozen=True)
class Entry:
    """A study.

    Args:
        package: that holds its function `run_NAME`, which takes `Options`.
        unused: fields of `Options` that it does not use.
        records: whether it has no generated records to do with.
        double: whether this process computes in double precision; others choose for themselves.
    """

    package: str
    unused: tuple[str, ...] = ()
    records: bool = False
    double: bool = True


STUDIES: Mapping[str, Entry] = MappingProxyType(
    {
        "pool": Entry("p002_pool"),
        "station": Entry("p001_station", ("only",)),
        "city": Entry("p000_city.study", ("steps", "only")),
        "contracts": Entry("p004_peers.study", ("data", "steps", "only"), double=False),
        "fusion": Entry("p003_fusion", ("only",)),
        "outside": Entry("public", ("data", "steps"), double=False),
        "epf": Entry("forecasting", ("seeds", "steps", "only"), records=True, double=False),
        "markets": Entry("forecasting.markets", ("seeds", "steps"), records=True, double=False),
        "tuning": Entry("forecasting", ("steps", "only"), double=False),
    }
)


def run_study(name: str, options: Options) -> None:
    """Run a study, or what is left of it.

    Raises:
        InputError: no such study, options that it does not use, too few seeds or steps, records that are
            missing, or a folder that cannot be written or holds another study.
    """
    check(name, options)
    entry = STUDIES[name]
    prepare(double=entry.double)
    run: Callable[[Options], Any] = getattr(import_module(f"wattswarm.papers.{entry.package}"), f"run_{name}")
    run(options)


def check(name: str, options: Options) -> None:
    """Refuse a study that there is not, and options that it does not use or that are wrong by themselves."""
    if name not in STUDIES:
        raise no_such("there is no such study", where="study", found=name, known=STUDIES)
    for each in STUDIES[name].unused:
        if getattr(options, each):
            raise InputError(
                "this study has its own problems, seeds and budgets",
                where=f"--{each}",
                found=getattr(options, each),
                expected=f"wattswarm study {name} with none but the other options",
                mend=f"leave --{each} out",
            )
    if STUDIES[name].records and options.data is None:
        raise InputError(
            "this study needs records of prices",
            where="--data",
            expected="the folder that holds them",
            mend=f"see docs/studies/{name}.md for the files",
        )
    for each, least in (("seeds", 2), ("steps", 1)):
        value = getattr(options, each)
        if value is not None and value < least:
            raise InputError(
                "a study needs more",
                where=f"--{each}",
                found=value,
                expected=f"{least} or more",
                mend=f"leave --{each} out for the usual number",
            )
