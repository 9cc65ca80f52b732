"""The case beside PyTorch trains the same network on the same windows, and says what it lacks."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from wattswarm.bench.recurrent import PAPERS, Training, by_torch, by_us
from wattswarm.errors import InputError
from wattswarm.forecast.neural.networks import Network


def test_without_pytorch_its_case_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(InputError, match="pip install torch"):
        by_torch(Training(samples=128))


def test_windows_are_the_same_for_both_and_our_weights_move() -> None:
    training = Training(samples=128)
    first, again = training.drawn(128), training.drawn(128)
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
    assert [each.shape for each in first] == [(128, 96, 5), (128, 1, 9), (128, 1)]
    trained = by_us(training)(0)
    assert isinstance(trained, Network)
    assert trained.coded.bias.shape == (1, PAPERS.units)
    assert float(np.abs(trained.coded.bias).max()) > 0.0
