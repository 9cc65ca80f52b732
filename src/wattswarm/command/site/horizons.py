"""The horizons that `compare` compares over: stretches of a site, or the test days of a task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from wattswarm.command.site.inputs import Sources
from wattswarm.command.site.options import Inputs
from wattswarm.errors import InputError
from wattswarm.evaluate import splits_of_task
from wattswarm.site import example_names
from wattswarm.tasks import task_entry, task_names
from wattswarm.world import Scenario

_USUAL = "hub"


@dataclass(frozen=True)
class FixedDays:
    """The days that a task's learners are judged on."""

    task: str
    region: str
    data: Path | None = None
    """Folder of the region's records."""
    quick: bool = False


def horizons_of_site(inputs: Inputs, count: int) -> Iterator[Scenario]:
    """Return stretches of a site: with files one after another, else each with another seed.

    Args:
        inputs: what the user asked for; `start` and `seed` are those of the first.

    Raises:
        InputError: a file does not reach so far.
    """
    sources = Sources(inputs)
    for number in range(count):
        later = timedelta(days=number * inputs.days) if inputs.files() else timedelta()
        yield sources.scenario(sources.first_day + later, inputs.seed + number)


def horizons_of_task(place: FixedDays) -> tuple[Scenario, ...]:
    """Return the test days of a task."""
    return splits_of_task(place.task, place.region, data=place.data, quick=place.quick).test


def fixed_days(
    inputs: Inputs, region: str | None, data: Path | None, quick: bool, asked: Mapping[str, object]
) -> FixedDays | None:
    """Return the test days that the options name, None where they name a site.

    Args:
        region: of a task, None for a site or for the task that the first word names by itself.
        data: folder of the region's records.
        asked: options that speak of a site alone, None where they were not given.

    Raises:
        InputError: options of a site and of a task together.
    """
    site = inputs.site
    if region is None and (site is None or site in example_names() or site not in task_names()):
        option = "--quick" if quick else "--data"
        if quick or data is not None:
            raise InputError(
                "the option refers to a task's test days, but a site is named",
                where=option,
                found=f"{option} for {site or 'the built-in hub'}",
                expected="--region generated, east or west",
                mend=f"add --region or leave {option} out",
            )
        return None
    for option, value in {**inputs.files(), **asked}.items():
        if value is not None:
            raise InputError(
                "the test days of a task are fixed",
                where=option,
                found=value,
                expected="no option on days, files or regimes beside those of a task",
                mend=f"leave {option} out, or name a site instead of a task",
            )
    task_entry(site or _USUAL)
    return FixedDays(site or _USUAL, region or "generated", data, quick)
