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
    """What a study is asked for."""

    out: Path
    """Folder of everything; what is there is not computed again."""
    data: Path | None = None
    """Folder of the records, None for generated ones where the study can do with them."""
    quick: bool = False
    """Minutes instead of hours; it shows that everything works, not who is better."""
    seeds: int | None = None
    """Of each training, or repetitions of each search; None for the study's."""
    steps: int | None = None
    """Of each seed, None for the study's."""
    only: Sequence[str] = ()
    """Names of what alone is wanted, empty for all."""
    tell: Tell = lambda _: None
    """Told of each finished part in one line."""
    workers: int = field(default_factory=processors)
    """Processes at a time."""

    def sized(self, design: Design) -> Design:
        """Return a study's design with the seeds and steps that are asked for."""
        given = {name: getattr(self, name) for name in ("seeds", "steps") if getattr(self, name)}
        return replace(design, **given)  # type: ignore[type-var]  # any dataclass

    def folder(self, study: type[Folder]) -> Folder:
        return study(self.out, self.data, self.quick)
