"""How a report came about: what a reader needs to repeat it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Meta:
    """Circumstances of a report."""

    created: datetime
    """When it was made, time-zone aware."""
    command: str = ""
    """The command line that makes it again."""
    seeds: Mapping[str, int] = field(default_factory=dict)
    """Seeds of everything drawn at random, by what they drew."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Versions of programs and libraries, by name."""
    provenance: tuple[str, ...] = ()
    """Where each record came from, one sentence each."""
    notes: tuple[str, ...] = ()
    """Further remarks for the reader."""
