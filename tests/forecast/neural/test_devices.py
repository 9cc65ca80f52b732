"""Devices share a training without changing it: members side by side, or the windows of each mini-batch."""

from __future__ import annotations

import subprocess
import sys

import jax
import pytest

from wattswarm.forecast.neural.devices import deal

_APART = """
import jax
jax.config.update("jax_num_cpu_devices", 2)
import jax.numpy as jnp
import numpy as np
from wattswarm.bench.recurrent import Training
from wattswarm.forecast.neural.epochs import TrainingSettings, Members, Samples, train
from wattswarm.forecast.neural.networks import Design

design = Design("bilstm", layers=1, units=16, look_back=32, columns=3, steps=1, ahead=4)
shared = TrainingSettings(design, epochs=2, batch=128, patience=2, loss="huber")
learned, judged = (Samples(*map(jnp.asarray, Training(design=design).drawn(n))) for n in (256, 300))
for count in (2, 1):
    members = Members(jnp.full(count, 1e-2), jnp.full(count, 0.2), jnp.arange(count))
    both, one = (
        train(shared, members, learned, judged, jax.local_devices()[:n]) for n in (2, 1)
    )
    assert len(jax.tree.leaves(both.networks)[0].devices()) == 1
    np.testing.assert_allclose(both.validation, one.validation, rtol=1e-4)
    for each, other in zip(jax.tree.leaves(both.networks), jax.tree.leaves(one.networks), strict=True):
        np.testing.assert_allclose(each, other, atol=2e-4)
print("alike")
"""


def test_two_devices_train_what_one_does() -> None:
    # The number of devices is settled before anything is computed, so in a process of its own.
    told = subprocess.run([sys.executable, "-c", _APART], capture_output=True, text=True, check=False)
    assert told.stdout == "alike\n", told.stderr[-2000:]


@pytest.mark.parametrize(
    ("members", "batch", "outputs", "parted", "windows"),
    [
        (30, 128, 64, 2, None),
        (1, 128, 4096, 1, 2),
        (3, 128, 4096, 3, None),
        (1, 128, 64, 1, None),
        (1, 127, 4096, 1, None),
    ],
)
def test_members_are_dealt_out_first_and_windows_where_it_is_worth_it(
    members: int, batch: int, outputs: int, parted: int, windows: int | None
) -> None:
    devices = jax.local_devices() * (3 if members == 3 else 2)
    dealt = deal(members, batch, outputs, devices)
    assert dealt.members.shard_shape((members,)) == (members // parted,)
    assert (dealt.windows is None) == (windows is None)
    if dealt.windows is not None:
        assert dealt.windows.mesh.size == windows
