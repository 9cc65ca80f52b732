"""How a report came about: what a reader needs to repeat it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Meta:
    """Circumstances of a report.

    Args:
        created: when it was made, time-zone aware.
        command: the command line that makes it again.
        seeds: seeds of everything drawn at random, by what they drew.
        versions: versions of programs and libraries, by name.
        provenance: where each record came from, one sentence each.
        notes: further remarks for the reader.
    """

    created: datetime
    command: str = ""
    seeds: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    provenance: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
