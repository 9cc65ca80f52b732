"""Schedules fall straight or by a factor, stay at their end, and can be swept."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.learn.parts.schedule import fading, straight


def test_a_number_starts_at_the_first_passes_the_middle_and_stays_at_the_last() -> None:
    found = [float(straight(1.0, 0.2, jnp.int32(done), 10.0)) for done in (0, 5, 10, 99)]
    assert found == pytest.approx([1.0, 0.6, 0.2, 0.2])


def test_both_ends_and_the_span_may_be_swept_and_stay_single_precision() -> None:
    swept = jax.jit(jax.vmap(lambda first, span: straight(first, 0.0, jnp.int32(1), span)))
    found = swept(jnp.asarray([1.0, 4.0]), jnp.asarray([2.0, 4.0]))
    assert found.dtype == jnp.float32
    np.testing.assert_allclose(found, [0.5, 3.0])


def test_a_fading_number_shrinks_by_its_factor_and_stays_at_the_last() -> None:
    found = [float(fading(1.0, 0.05, 0.95, jnp.int32(done))) for done in (0, 1, 10, 58, 59, 400)]
    assert found == pytest.approx([1.0, 0.95, 0.95**10, 0.95**58, 0.05, 0.05], rel=1e-5)
