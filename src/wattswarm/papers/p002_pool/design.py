"""Who meets whom in the study of paper 002: regions, ways to train, seeds, budgets, printed figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from wattswarm.errors import no_such
from wattswarm.market import Regime

POOL, ADVISED, LITERAL = "pool", "pool-advised", "pool-literal"
"""The pool as mended, with a plan's advice, and as printed, in the registry of tasks."""
Changes = tuple[tuple[str, float], ...]
"""Fields of a learner and their values."""


@dataclass(frozen=True)
class Entry:
    """One way to train."""

    label: str
    algorithm: str
    """Name in the registry of learners."""
    shaped: bool = True
    """Whether the reward has the exogenous baseline and the potential; else it is as printed."""
    changes: Changes = ()
    """Fields of the learner that differ from its defaults."""
    task: str = field(default=POOL, kw_only=True)
    """Name in the registry of tasks; the pool as printed has a table of its own."""
    cpu_s_per_100k: float = field(default=0.0, kw_only=True)
    """Processor time of 100,000 steps of one seed, compiling included, as measured [s]."""
    cpu_s: float = field(default=0.0, kw_only=True)
    """Of one seed whatever the steps, where plans teach, as measured [s]."""

    @property
    def folder(self) -> str:
        """Name of its folder, and on the command line."""
        return folder_of(self.label)

    def seconds(self, steps: int) -> float:
        """Return about how long a seed of so many steps takes [s of a processor]."""
        return self.cpu_s + self.cpu_s_per_100k * steps / 1e5


def folder_of(label: str) -> str:
    """Return the name of the folder of a way to train from its label, or from the name itself."""
    return label.lower().replace(",", "").replace(" ", "-")


@dataclass(frozen=True)
class Design:
    """Everything that decides what the study computes."""

    regions: tuple[tuple[str, Regime], ...]
    """Names of regions with the regime each is judged under."""
    entries: tuple[Entry, ...]
    """Ways to train, the most important first."""
    seeds: int
    chunk: int
    """Seeds that train together in one program."""
    steps: int
    """Environment steps of each seed."""
    quick: bool = False
    """Whether few days and one month show that it works."""

    @property
    def chunks(self) -> list[tuple[int, ...]]:
        """Seeds in groups that train together."""
        return [tuple(range(at, min(at + self.chunk, self.seeds))) for at in range(0, self.seeds, self.chunk)]


_PLAIN: Changes = (("recurrent", False), ("gamma", 0.95), ("environments", 32), ("hidden", 128))
_VALUES: Changes = (
    *_PLAIN,
    *(("repeats", 4), ("rate", 1e-3), ("mixer_rate", 1e-3), ("tau", 0.02), ("mix", 0.6)),
)
"""Chosen on validation weeks of the West with Double-Hypernetwork QMIX, and given to the whole family."""
_ADVISED: Changes = (
    *_PLAIN[:1],
    *(("gamma", 0.5), ("environments", 32), ("hidden", 128), ("repeats", 4)),
    *(("rate", 5e-4), ("mixer_rate", 5e-4), ("tau", 0.02)),
)
"""Chosen on validation months of the East: a plan looks ahead, so these need not."""
_CRITICS: Changes = (*_PLAIN, ("repeats", 4), ("rate", 1e-3), ("tau", 0.02))
_GRADIENTS: Changes = (("recurrent", False), ("gamma", 0.95), ("environments", 32), ("sequence", 24))
"""Chosen on validation weeks of the West with MAPPO, and given to its kin."""

ENTRIES = (
    Entry("DH-QMIX", "dhqmix", changes=_VALUES, cpu_s_per_100k=16.4),
    Entry("QMIX", "qmix", changes=_VALUES, cpu_s_per_100k=13.6),
    Entry("analytic gradient", "apg", cpu_s_per_100k=5.8),
    Entry("MAPPO", "mappo", changes=_GRADIENTS, cpu_s_per_100k=7.3),
    Entry("IPPO", "ippo", changes=_GRADIENTS, cpu_s_per_100k=6.4),
    Entry("VDN", "vdn", changes=_VALUES, cpu_s_per_100k=10.2),
    Entry("IQL", "iql", changes=_VALUES, cpu_s_per_100k=8.5),
    Entry("MADDPG", "maddpg", changes=_CRITICS, cpu_s_per_100k=19.9),
    Entry("IAC", "iac", changes=_GRADIENTS, cpu_s_per_100k=4.2),
    Entry("PPO, continuous", "ppo-continuous", changes=_GRADIENTS, cpu_s_per_100k=5.8),
    Entry("tabular Q", "tabular", cpu_s_per_100k=2.0),
    Entry("DQN", "dqn", changes=_VALUES, cpu_s_per_100k=4.9),
    Entry("DH-QMIX, reward as printed", "dhqmix", False, _VALUES, cpu_s_per_100k=13.9),
    Entry("QMIX, reward as printed", "qmix", False, _VALUES, cpu_s_per_100k=11.6),
    Entry("imitation of MPC", "dagger", cpu_s=112.0),
    Entry("values from duals", "values", cpu_s=26.0),
    Entry("imitation of MPC, advised", "dagger", task=ADVISED, cpu_s=130.0),
    Entry("DH-QMIX, advised", "dhqmix", changes=_ADVISED, task=ADVISED, cpu_s_per_100k=90.0),
    Entry("QMIX, advised", "qmix", changes=_ADVISED, task=ADVISED, cpu_s_per_100k=80.0),
    Entry("DH-QMIX, all as printed", "dhqmix", False, _VALUES, task=LITERAL, cpu_s_per_100k=14.9),
    Entry("QMIX, all as printed", "qmix", False, _VALUES, task=LITERAL, cpu_s_per_100k=10.6),
)
"""All ways to train, the ones that the paper is about first."""


def chosen_entries(labels: Sequence[str]) -> tuple[Entry, ...]:
    """Return the ways to train of those labels or names of folders."""
    known, wanted = [entry.folder for entry in ENTRIES], {folder_of(label): label for label in labels}
    for folder, label in wanted.items():
        if folder not in known:
            raise no_such("there is no such way to train", where="--only", found=label, known=known)
    return tuple(entry for entry in ENTRIES if entry.folder in wanted)


PAPER_REGIONS = (("east", Regime.RT), ("west", Regime.DAM))
"""Paper 002 calls both real-time, and names CAISO's day-ahead prices for the West."""


def full_design() -> Design:
    return Design(PAPER_REGIONS, ENTRIES, seeds=10, chunk=5, steps=200_000)


def quick_design() -> Design:
    """Return a study that shows in minutes that everything works, and nothing about who is better."""
    return Design(PAPER_REGIONS[:1], ENTRIES[:2], seeds=2, chunk=2, steps=8_000, quick=True)


def generated_design(design: Design) -> Design:
    """Return the study on a generated region, for where there are no records."""
    return replace(design, regions=(("generated", Regime.DAM),))


PAPER_PROFIT = {
    "east": {
        "DQN": 25787.50,
        "MAPPO": 5979.68,
        "MADDPG": -17581.73,
        "IAC": -174813.57,
        "QMIX": 31391.70,
        "DH-QMIX": 33063.44,
        "bound": 35931.30,
    },
    "west": {
        "DQN": 14707.42,
        "MAPPO": 5718.01,
        "MADDPG": -1226.84,
        "IAC": -181534.46,
        "QMIX": 24298.04,
        "DH-QMIX": 27377.37,
        "bound": 29348.37,
    },
}
"""Average monthly profit [USD] that paper 002 prints."""
