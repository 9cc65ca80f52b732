"""What training a recurrent forecaster is timed on: paper 001's BiLSTM by us, and the same in PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from wattswarm.errors import InputError
from wattswarm.forecast import LEVELS
from wattswarm.forecast.neural import OUTPUTS, Design, Members, Samples, TrainingSettings, train

Floats32 = NDArray[np.float32]
PAPERS = Design("bilstm", layers=2, units=128, look_back=96, columns=5, steps=1, ahead=9)
"""The network of paper 001."""


@dataclass(frozen=True)
class Training:
    """An epoch over windows of noise, one step ahead."""

    samples: int = 4480
    batch: int = 128
    design: Design = PAPERS

    def drawn(self, count: int) -> list[Floats32]:
        """Return windows of noise, what is known ahead of each, and what came of it."""
        rng, made = np.random.default_rng(0), self.design
        shapes = ((made.look_back, made.columns), (made.steps, made.ahead), (made.steps,))
        return [rng.standard_normal((count, *shape), np.float32) for shape in shapes]


def by_us(training: Training, half: bool = False) -> Callable[[int], object]:
    """Return what trains the network by a seed as `Neural.fit` does; `half` multiplies with 16 bits."""
    design = replace(training.design, half=half)
    shared = TrainingSettings(design, epochs=1, batch=training.batch, patience=1, loss="huber")
    learned, judged = (Samples(*map(jnp.asarray, training.drawn(n))) for n in (training.samples, 1))

    def run(at: int) -> object:
        members = Members(jnp.full(1, 1e-3, jnp.float32), jnp.zeros(1, jnp.float32), jnp.full(1, at))
        return train(shared, members, learned, judged).networks

    return run


def by_torch(training: Training, half: bool = False) -> Callable[[int], object]:
    """Return what trains the same network with PyTorch's own layers, loss, clipping and optimiser.

    Args:
        half: whether PyTorch chooses 16 bits where it holds them for safe (`torch.autocast`).

    Raises:
        InputError: PyTorch is not installed.
    """
    try:
        import torch
    except ModuleNotFoundError as error:
        raise InputError(
            "a benchmark case needs a library that is not installed",
            where="--case",
            found=str(error),
            expected="PyTorch, which no extra brings since it is large",
            mend="pip install torch",
        ) from error
    made, levels = training.design, torch.tensor(LEVELS)
    learned = [torch.from_numpy(each) for each in training.drawn(training.samples)]

    def run(at: int) -> object:
        torch.manual_seed(at)
        encoder = torch.nn.LSTM(made.columns, made.units, made.layers, batch_first=True, bidirectional=True)
        coded, known = torch.nn.Linear(2 * made.units, made.units), torch.nn.Linear(made.ahead, made.units)
        head = torch.nn.Linear(made.units, OUTPUTS)
        weights = [each for part in (encoder, coded, known, head) for each in part.parameters()]
        adam = torch.optim.Adam(weights, lr=1e-3)
        for chosen in torch.randperm(training.samples).split(training.batch):
            past, ahead, truth = (each[chosen] for each in learned)
            with torch.autocast("cpu", torch.bfloat16, enabled=half):
                # The last layer's last outputs of both directions.
                ends = encoder(past)[1][0][-2:].transpose(0, 1).flatten(1)
                answers = head(torch.relu(coded(ends)[:, None] + known(ahead))).float()
            below = truth[..., None] - answers[..., 1:]
            pinball = torch.maximum(levels * below, (levels - 1.0) * below).mean()
            loss = torch.nn.functional.huber_loss(answers[..., 0], truth) + pinball
            adam.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            adam.step()
        return float(loss.detach())

    return run
