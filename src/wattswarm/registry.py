"""What can be had by its name: where it is, and one sentence on it; imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from operator import attrgetter
from typing import Any, TypeVar

from wattswarm.errors import InputError, no_such


@dataclass(frozen=True)
class Entry:
    """One thing on offer.

    Args:
        target: where it is, as "module:attribute".
        description: what it does, in one sentence.
    """

    target: str
    description: str = ""

    def load(self) -> Any:
        """Import the target."""
        return load(self.target)


def load(target: str) -> Any:
    """Return what "module:attribute" names."""
    module, _, attribute = target.partition(":")
    return attrgetter(attribute)(import_module(module))


E = TypeVar("E", bound=Entry)


class Catalogue(Mapping[str, E]):
    """Entries by name: those built in, in the order of reading, then those that other packages add.

    A package adds one by an entry point, which names either an entry or its target; a target is described by
    the first line of its docstring. Entry points are read only when a name is not built in or names are
    listed. A built-in name cannot be taken.

    Args:
        noun: what an entry is, as in "there is no such learner".
        group: of the entry points, such as "wattswarm.learners".
        kind: class of the entries.
        entries: those built in.
        where: what an error calls the place of a name; the noun where it is not told.
    """

    def __init__(
        self, noun: str, group: str, kind: type[E], entries: Mapping[str, E], where: str = ""
    ) -> None:
        self._noun, self._where, self._group, self._kind = noun, where or noun, group, kind
        self._entries = dict(entries)

    def look_up(self, name: str, *, where: str = "", also: str = "") -> E:
        """Return the entry of a name.

        Args:
            name: built in or added.
            where: option or field of the name.
            also: what else than the names would do, such as "a file, or one of ".

        Raises:
            InputError: there is none, with the nearest name; or its package cannot be loaded.
        """
        if name in self._entries:
            return self._entries[name]
        points = self._points()
        if name not in points:
            place = where or self._where
            raise no_such(f"there is no such {self._noun}", where=place, found=name, known=self, also=also)
        return self._added(points[name])

    def built_in(self) -> tuple[str, ...]:
        """Return the names that need no other package."""
        return tuple(self._entries)

    def __getitem__(self, name: str) -> E:
        return self.look_up(name)

    def __contains__(self, name: object) -> bool:
        return name in self._entries or name in self._points()

    def __iter__(self) -> Iterator[str]:
        yield from self._entries
        yield from self._points()

    def __len__(self) -> int:
        return len(tuple(iter(self)))

    def _points(self) -> dict[str, EntryPoint]:
        """Return the entry points of other packages by name."""
        found = sorted(entry_points(group=self._group), key=lambda point: point.name)
        return {point.name: point for point in found if point.name not in self._entries}

    def _added(self, point: EntryPoint) -> E:
        try:
            loaded = point.load()
        except (ImportError, AttributeError) as failure:
            raise InputError(
                f"the {self._noun} of another package cannot be loaded",
                where=point.name,
                found=str(failure),
                expected=f"{point.value}, as the entry point in {self._group} says",
                mend="install the package again, or mend its entry point",
            ) from failure
        if isinstance(loaded, self._kind):
            return loaded
        if not callable(loaded):
            raise InputError(
                f"the {self._noun} of another package is neither {self._kind.__name__}, class nor function",
                where=point.name,
                found=f"{point.value}, of type {type(loaded).__name__}",
                expected=f"a {self._kind.__name__}, or what makes the {self._noun}",
                mend="name such a one in its entry point",
            )
        words = (loaded.__doc__ or "").strip().partition("\n")[0]
        return self._kind(f"{point.module}:{point.attr}", words)
