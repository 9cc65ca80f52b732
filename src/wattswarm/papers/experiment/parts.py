"""Parts of a study: each is named by all that it depends on, computed once, and kept whole in a file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Sequence
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from wattswarm import __version__
from wattswarm.papers.experiment.folder import Inputs, Study, cached, digest_of
from wattswarm.papers.experiment.options import Options
from wattswarm.papers.experiment.workers import spread_work
from wattswarm.runtime import prepare

Result = TypeVar("Result")


class Part(ABC, Generic[Inputs]):
    """Something that a study computes in a process and leaves in files; a frozen dataclass that pickles."""

    double: ClassVar[bool] = True
    """Whether it is computed in double precision."""

    @abstractmethod
    def is_done(self, study: Study[Inputs]) -> bool:
        """Return whether its files are there."""

    @abstractmethod
    def complete(self, study: Study[Inputs]) -> None:
        """Compute it in this process and write its files."""

    @abstractmethod
    def summary(self, study: Study[Inputs]) -> str:
        """Return in a few words what was done, once it is done."""

    @property
    def group(self) -> Hashable:
        """Parts of one group are computed by one process, which then has at hand what they share."""
        return self


class CachedPart(Part[Inputs], Generic[Inputs, Result]):
    """A part whose result is one JSON file."""

    result_type: ClassVar[Any]
    """Type of the result, for the reader of the file."""

    @property
    @abstractmethod
    def file(self) -> str:
        """Name of the file in the study's folder, by all that the result depends on."""

    @abstractmethod
    def compute(self, study: Study[Inputs]) -> Result:
        """Compute the result."""

    @property
    def digest(self) -> str:
        """Digits that differ where the part or the version of this package does."""
        return digest_of(f"{__version__} {self}")

    def result(self, study: Study[Inputs]) -> Result:
        """Return the result, from its file where that is there."""
        result: Result = cached(study.out / self.file, self.result_type, partial(self.compute, study))
        return result

    def is_done(self, study: Study[Inputs]) -> bool:
        return (study.out / self.file).is_file()

    def complete(self, study: Study[Inputs]) -> None:
        """Compute the result unless the file is there."""
        self.result(study)

    def summary(self, study: Study[Inputs]) -> str:  # noqa: ARG002 - others read what was computed
        """Return which file was written."""
        return f"judged {self.file}"


def announce(what: str, cpu_s: float, options: Options) -> None:
    """Tell what a study computes and about how long that takes [s of a processor]."""
    minutes = max(1.0, cpu_s / options.workers / 60)
    options.tell(
        f"{what}; about {minutes:.0f} minutes with {options.workers} at a time on an idle machine if nothing "
        "is done yet"
    )


PartOf = TypeVar("PartOf", bound=Part[Any])


def undone(parts: Iterable[PartOf], study: Study[Any]) -> list[PartOf]:
    """Return the parts that are still to be computed, each once."""
    return [part for part in dict.fromkeys(parts) if not part.is_done(study)]


def complete(parts: Iterable[Part[Inputs]], study: Study[Inputs], options: Options) -> None:
    """Compute the parts that are not done yet in this order, a process for each group, and tell of each."""
    groups: dict[Hashable, list[Part[Inputs]]] = {}
    for part in undone(parts, study):
        groups.setdefault(part.group, []).append(part)
    work = spread_work(partial(_complete_group, study), [*groups.values()], options.workers) if groups else ()
    for done, (_, summary) in enumerate(work, start=1):
        options.tell(f"[{done}/{len(groups)}] {summary}")


def _complete_group(study: Study[Inputs], parts: Sequence[Part[Inputs]]) -> str:
    prepare(double=parts[0].double)
    for part in parts:
        part.complete(study)
    return parts[-1].summary(study)
