"""The studies by name, which the command line loads from here."""

from __future__ import annotations

from dataclasses import dataclass

from wattswarm.errors import InputError
from wattswarm.papers.experiment import Options
from wattswarm.registry import Catalogue, Entry
from wattswarm.runtime import prepare


@dataclass(frozen=True)
class StudyEntry(Entry):
    """A study: a function that takes `Options`."""

    unused: tuple[str, ...] = ()
    """Fields of `Options` that it does not use."""
    records: bool = False
    """Whether it has no generated records to do with."""
    double: bool = True
    """Whether this process computes in double precision; others choose for themselves."""


def _study(package: str, name: str, *unused: str, records: bool = False, double: bool = False) -> StudyEntry:
    target = f"wattswarm.papers.{package}:run_{name}"
    return StudyEntry(target, unused=unused, records=records, double=double)


STUDIES = Catalogue(
    "study",
    "wattswarm.studies",
    StudyEntry,
    {
        "pool": _study("p002_pool", "pool", double=True),
        "station": _study("p001_station", "station", "only", double=True),
        "city": _study("p000_city.study", "city", "steps", "only", double=True),
        "contracts": _study("p004_peers.study", "contracts", "data", "steps", "only"),
        "fusion": _study("p003_fusion", "fusion", "only", double=True),
        "outside": _study("public", "outside", "data", "steps"),
        "epf": _study("forecasting", "epf", "seeds", "steps", "only", records=True),
        "markets": _study("forecasting.markets", "markets", "seeds", "steps", records=True),
        "tuning": _study("forecasting", "tuning", "steps", "only"),
    },
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
    entry.load()(options)


def check(name: str, options: Options) -> None:
    """Refuse a study that there is not, and options that it does not use or that are wrong by themselves."""
    entry = STUDIES[name]
    for each in entry.unused:
        if getattr(options, each):
            raise InputError(
                "this study has its own problems, seeds and budgets",
                where=f"--{each}",
                found=getattr(options, each),
                expected=f"wattswarm study {name} with none but the other options",
                mend=f"leave --{each} out",
            )
    if entry.records and options.data is None:
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
                "too few for a study",
                where=f"--{each}",
                found=value,
                expected=f"{least} or more",
                mend=f"leave --{each} out for the usual number",
            )
