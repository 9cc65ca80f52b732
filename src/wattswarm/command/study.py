"""`wattswarm study`: a paper's experiments, theirs beside ours; what is done is not done again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from wattswarm.command.paths import check_out
from wattswarm.command.runtime import prepare
from wattswarm.command.show import say
from wattswarm.errors import InputError
from wattswarm.study.pool.contest import full_contest, generated_contest, quick_contest
from wattswarm.study.pool.run import run_pool

STUDIES = ("pool", "outside")


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
        data: folder of the regions' records, None for a generated region.
        seeds: of each way to train, None for the study's.
        steps: of each seed, None for the study's.
        ways: labels of the ways to train, None for all.
        out: folder of everything, None for wattswarm-out/study-NAME.
        console: where people read.

    Raises:
        InputError: no such study or way to train, numbers below 1, or a folder that cannot be written.
    """
    if name not in STUDIES:
        raise InputError("there is no such study", where="study", found=name, expected=", ".join(STUDIES))
    for option, value, least in (("--seeds", seeds, 2), ("--steps", steps, 1)):
        if value is not None and value < least:
            raise InputError("a study needs more", where=option, found=value, expected=f"{least} or more")
    folder = out or Path("wattswarm-out") / f"study-{name}"
    check_out(folder)

    def tell(line: str) -> None:
        say(console, line)

    if name == "outside":
        prepare(double=False)
        from wattswarm.study.outside import run_outside

        run_outside(folder, quick, tell)
        return
    prepare()
    contest = quick_contest() if quick else full_contest()
    if data is None:
        contest = generated_contest(contest)
    entries = {entry.label: entry for entry in contest.entries}
    unknown = [way for way in ways or () if way not in entries]
    if unknown:
        raise InputError(
            "there is no such way to train", where="--only", found=unknown, expected=", ".join(entries)
        )
    contest = replace(
        contest,
        entries=tuple(entries[way] for way in ways or entries),
        seeds=seeds or contest.seeds,
        steps=steps or contest.steps,
    )
    run_pool(contest, data, folder, tell)
