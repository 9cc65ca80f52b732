"""The error a person who made a mistake gets: what, where, found, expected, how to mend."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(ValueError):
    """A file, field, row or option that a person must mend before anything can run.

    Args:
        what: the mistake in plain words.
        where: file, line, field, row or time, most significant first.
        found: the offending value as it stands in the input.
        expected: what would have been right.
        mend: what to do about it.
    """

    def __init__(
        self, what: str, *, where: str = "", found: object = None, expected: str = "", mend: str = ""
    ) -> None:
        self.what, self.where, self.found, self.expected, self.mend = what, where, found, expected, mend
        lines = [f"{where}: {what}" if where else what]
        if found is not None:
            lines.append(f"  found:    {found}")
        if expected:
            lines.append(f"  expected: {expected}")
        if mend:
            lines.append(f"  to mend:  {mend}")
        super().__init__("\n".join(lines))


def no_such(
    what: str,
    *,
    where: str,
    found: str,
    known: Iterable[str],
    also: str = "",
    mend: str = "choose one of these names",
) -> InputError:
    """Return the error for a name that nothing has, with the nearest one that something has.

    Args:
        what: the mistake in plain words.
        where: option, field or place of the name.
        found: the name.
        known: all names there are.
        also: what else would do, such as "a file, or one of "; the names follow.
        mend: what to do where no name is near.
    """
    names = list(known)
    near = nearest(found, names)
    mend = f"did you mean {near[0]}?" if near else mend
    return InputError(what, where=where, found=found, expected=also + ", ".join(names), mend=mend)


def nearest(word: str, words: Iterable[str], most: int = 1) -> list[str]:
    """Return the words that were probably meant, by their initials or their spelling, the likeliest first."""
    plain = {each.casefold(): each for each in words}
    initials = [each for each in plain if "-" in each and _initials(each) == word.casefold()]
    near = get_close_matches(word.casefold(), plain, most)
    return [plain[each] for each in dict.fromkeys([*initials, *near])][:most]


def _initials(name: str) -> str:
    return "".join(part[:1] for part in name.split("-"))
