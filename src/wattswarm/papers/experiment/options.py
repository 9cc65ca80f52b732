"""What a study is asked for, the same for every study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from wattswarm.papers.experiment.folder import Study
from wattswarm.runtime import processors

Tell = Callable[[str], None]
"""Is told of each finished part in one line."""
Design = TypeVar("Design")
Folder = TypeVar("Folder", bound=Study[Any])


@dataclass(frozen=True)
class Options:
    """What a study is asked for.

    Args:
        out: folder of everything; what is there is not computed again.
        data: folder of the records, None for generated ones where the study can do with them.
        quick: minutes instead of hours; it shows that everything works, not who is better.
        seeds: of each training, or repetitions of each search; None for the study's.
        steps: of each seed, None for the study's.
        only: names of what alone is wanted, empty for all.
        tell: told of each finished part in one line.
        workers: processes at a time.
    """

    out: Path
    data: Path | None = None
    quick: bool = False
    seeds: int | None = None
    steps: int | None = None
    only: Sequence[str] = ()
    tell: Tell = lambda _: None
    workers: int = field(default_factory=processors)

    def sized(self, design: Design) -> Design:
        """Return a study's design with the seeds and steps that are asked for."""
        given = {name: getattr(self, name) for name in ("seeds", "steps") if getattr(self, name)}
        return replace(design, **given)  # type: ignore[type-var]  # any dataclass

    def folder(self, study: type[Folder]) -> Folder:
        return study(self.out, self.data, self.quick)
