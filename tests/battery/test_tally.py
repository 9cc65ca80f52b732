"""The compensated sum."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import pytest

from wattswarm.battery import tally


def test_eight_years_of_quarter_hours_add_up_in_single_precision() -> None:
    steps, amount = 280_000, 3.7e-7
    none = tally.zero(jnp.zeros((), jnp.float32))
    total, naive = jax.jit(
        lambda: jax.lax.fori_loop(
            0, steps, lambda _, s: (tally.add(s[0], amount), s[1] + jnp.float32(amount)), (none, none.total)
        )
    )()
    assert float(total.total) == pytest.approx(steps * amount, rel=1e-6)
    assert total.total.dtype == jnp.float32
    assert float(naive) != pytest.approx(steps * amount, rel=1e-4)
