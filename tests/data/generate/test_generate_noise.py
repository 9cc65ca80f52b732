"""Autoregressive noise is stationary with unit variance and forgets at the stated pace."""

from __future__ import annotations

import numpy as np
import pytest

from wattswarm.data.generate.noise import autoregressive
from wattswarm.data.generate.seed import generated


def test_noise_has_unit_variance_and_falls_to_one_over_e_after_its_memory() -> None:
    for step_s in (300, 1800):
        noise = autoregressive(400_000, step_s, 3600.0, np.random.default_rng(1))
        lag = 3600 // step_s
        assert noise.mean() == pytest.approx(0.0, abs=0.03)
        assert noise.var() == pytest.approx(1.0, rel=0.03)
        assert (noise[lag:] * noise[:-lag]).mean() == pytest.approx(np.exp(-1), abs=0.03)


def test_noise_is_stationary_from_its_first_value() -> None:
    starts = [autoregressive(3, 60, 36_000.0, np.random.default_rng(seed)) for seed in range(4000)]
    np.testing.assert_allclose(np.var(starts, axis=0), 1.0, atol=0.08)


def test_provenance_tells_seed_and_branch_of_a_spawned_generator() -> None:
    parent = np.random.default_rng(42)
    assert generated("prices", parent).reader == "prices seed 42"
    assert generated("prices", parent.spawn(2)[1]).reader == "prices seed 42/1"
