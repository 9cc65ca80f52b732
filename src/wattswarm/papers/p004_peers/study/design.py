"""Who takes part, how much they learn, and on which days they are judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from wattswarm.learn.algorithms.value import Tabular
from wattswarm.papers.p004_peers.learning import Contracts, q_learning
from wattswarm.papers.p004_peers.world import HOURS, Population, Settings, population


@dataclass(frozen=True)
class Entry:
    """One way to learn."""

    label: str
    folder: str
    literal: bool = False
    """Whether actions and pay are as printed."""


LITERAL = Entry("as printed", "literal", literal=True)
SOUND = Entry("mended", "sound")
ENTRIES = (LITERAL, SOUND)


@dataclass(frozen=True)
class Design:
    """Everything that decides what the study computes."""

    seeds: int = 10
    episodes: int = 2000
    days: int = 200
    """Held out, that each is judged by."""
    settings: Settings = field(default_factory=Settings)

    @property
    def people(self) -> Population:
        return population(self.settings)

    @property
    def steps(self) -> int:
        return self.episodes * HOURS

    def problem(self, entry: Entry) -> Contracts:
        return Contracts(self.people, entry.literal)

    def learner(self, entry: Entry) -> Tabular:
        return q_learning(self.problem(entry))


def quick_design() -> Design:
    """Return a study that shows in a minute that everything works, and little about who is better."""
    return Design(seeds=2, episodes=200, days=10)
