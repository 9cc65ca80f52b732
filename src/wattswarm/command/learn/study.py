"""`wattswarm study`: a paper's experiments, theirs beside ours; what is done is not done again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from wattswarm.errors import InputError, no_such
from wattswarm.papers.p002_pool import (
    ENTRIES,
    folder_of,
    full_contest,
    generated_contest,
    quick_contest,
    run_pool,
)
from wattswarm.runtime import prepare
from wattswarm.terminal import check_out, say

STUDIES = ("pool", "station", "city", "contracts", "fusion", "outside", "epf", "markets", "tuning")
_UNUSED = {
    "station": ("--only",),
    "city": ("--steps", "--only"),
    "contracts": ("--data", "--steps", "--only"),
    "fusion": ("--only",),
    "outside": ("--data", "--steps"),
    "epf": ("--seeds", "--steps", "--only"),
    "markets": ("--seeds", "--steps"),
    "tuning": ("--steps", "--only"),
}
"""Options that a study does not use."""


def run_study(
    name: str,
    quick: bool,
    data: Path | None,
    seeds: int | None,
    steps: int | None,
    ways: Sequence[str] | None,
    out: Path | None,
    console: Console,
) -> None:
    """Run a study, or what is left of it.

    Args:
        name: one of `STUDIES`.
        quick: minutes instead of hours; it shows that everything works, not who is better.
        data: folder of the records, None for generated ones where the study can do with them.
        seeds: of each way to train, or repetitions of each search; None for the study's.
        steps: of each seed, None for the study's.
        ways: ways to train, by label or name of folder; None for all.
        out: folder of everything, None for wattswarm-out/study-NAME.
        console: where people read.

    Raises:
        InputError: no such study or way to train, options that it does not use, too few seeds or steps,
            records that are missing, or a folder that cannot be written.
    """
    folder = out or Path("wattswarm-out") / f"study-{name}"
    _check(name, data, seeds, steps, ways)
    check_out(folder)

    def tell(line: str) -> None:
        say(console, line)

    if name == "station":
        from wattswarm.papers.p001_station import run_station

        run_station(data, folder, tell, quick=quick, seeds=seeds, steps=steps)
        return
    if name == "city":
        prepare()
        from wattswarm.papers.p000_city.study import run_city

        run_city(data, folder, tell, quick=quick, seeds=seeds)
        return
    if name == "contracts":
        prepare(double=False)
        from wattswarm.papers.p004_peers.study import run_contracts

        run_contracts(folder, tell, quick=quick, seeds=seeds)
        return
    if name == "fusion":
        from wattswarm.papers.p003_fusion import run_fusion

        run_fusion(data, folder, tell, quick=quick, seeds=seeds, steps=steps)
        return
    if name == "outside":
        prepare(double=False)
        from wattswarm.papers.public import entries_of, run_outside

        run_outside(folder, quick, tell, entries=entries_of(ways or ()), seeds=seeds)
        return
    if name == "epf":
        from wattswarm.papers.forecasting import run_epf

        run_epf(data or Path(), folder, quick, tell)
        return
    if name == "markets":
        prepare(double=False)
        from wattswarm.papers.forecasting.markets import chosen_contests, run_markets

        run_markets(data or Path(), folder, quick, tell, contests=chosen_contests(ways or ()))
        return
    if name == "tuning":
        prepare(double=False)
        from wattswarm.papers.forecasting import run_tuning

        run_tuning(folder, data, tell, quick=quick, repetitions=seeds)
        return
    prepare()
    contest = quick_contest() if quick else full_contest()
    if data is None:
        contest = generated_contest(contest)
    if ways:
        wanted = {folder_of(way) for way in ways}
        contest = replace(contest, entries=tuple(entry for entry in ENTRIES if entry.folder in wanted))
    contest = replace(contest, seeds=seeds or contest.seeds, steps=steps or contest.steps)
    run_pool(contest, data, folder, tell)


def _check(
    name: str, data: Path | None, seeds: int | None, steps: int | None, ways: Sequence[str] | None
) -> None:
    """Refuse options that are wrong by themselves or that the study would not use."""
    if name not in STUDIES:
        raise no_such("there is no such study", where="study", found=name, known=STUDIES)
    given = {"--data": data, "--seeds": seeds, "--steps": steps, "--only": ways}
    for option in _UNUSED.get(name, ()):
        if given[option] not in (None, []):
            raise InputError(
                "this study has its own problems, seeds and budgets",
                where=option,
                found=given[option],
                expected=f"wattswarm study {name} with none but the other options",
                mend=f"leave {option} out",
            )
    if name in ("epf", "markets") and data is None:
        raise InputError(
            "this study needs records of prices",
            where="--data",
            expected="the folder that holds them",
            mend=f"see docs/studies/{name}.md for the files",
        )
    for option, value, least in (("--seeds", seeds, 2), ("--steps", steps, 1)):
        if value is not None and value < least:
            raise InputError(
                "too few for a study",
                where=option,
                found=value,
                expected=f"{least} or more",
                mend=f"leave {option} out for the usual number",
            )
    if name in ("markets", "outside"):
        return  # they tell of their own
    known = [entry.folder for entry in ENTRIES]
    for way in ways or ():
        if folder_of(way) not in known:
            raise no_such("there is no such way to train", where="--only", found=way, known=known)
