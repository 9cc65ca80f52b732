"""The error a person who made a mistake gets: what, where, found, expected, how to mend."""

from __future__ import annotations


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
        self,
        what: str,
        *,
        where: str = "",
        found: object = None,
        expected: str = "",
        mend: str = "",
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
