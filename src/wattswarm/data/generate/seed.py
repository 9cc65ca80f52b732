"""The seed of a random generator in words, for the provenance of what it generated."""

from __future__ import annotations

import numpy as np

from wattswarm.data.series import Provenance


def generated(what: str, rng: np.random.Generator) -> Provenance:
    """State that a record was generated, of what kind and from which seed, "unknown" where untold."""
    sequence = rng.bit_generator.seed_seq
    seed = getattr(sequence, "entropy", "unknown")
    branch = "".join(f"/{key}" for key in getattr(sequence, "spawn_key", ()))
    return Provenance("generator", f"{what} seed {seed}{branch}")
