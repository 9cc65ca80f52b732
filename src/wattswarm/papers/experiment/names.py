"""Names of the files in which a study keeps what it has done, by all that it depends on."""

from __future__ import annotations

from wattswarm.files import digest


def plain_name(words: str) -> str:
    """Return words as a name of a file: letters and digits, a dash for anything else."""
    return "".join(each if each.isalnum() else "-" for each in words.lower())


def digest_of(told: str) -> str:
    """Return twelve hexadecimal digits that differ where what is told does."""
    return digest(told, digits=12)
