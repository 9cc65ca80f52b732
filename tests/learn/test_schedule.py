"""Schedules fall in a straight line, stay at their end, and can be swept."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from wattswarm.learn.schedule import straight


def test_a_number_starts_at_the_first_passes_the_middle_and_stays_at_the_last() -> None:
    found = [float(straight(1.0, 0.2, jnp.int32(done), 10.0)) for done in (0, 5, 10, 99)]
    assert found == pytest.approx([1.0, 0.6, 0.2, 0.2])


def test_both_ends_and_the_span_may_be_swept_and_stay_single_precision() -> None:
    swept = jax.jit(jax.vmap(lambda first, span: straight(first, 0.0, jnp.int32(1), span)))
    found = swept(jnp.asarray([1.0, 4.0]), jnp.asarray([2.0, 4.0]))
    assert found.dtype == jnp.float32
    np.testing.assert_allclose(found, [0.5, 3.0])
