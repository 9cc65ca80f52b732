"""Forecasters that are networks: paper 001's LSTM and BiLSTM, a transformer, and a plain net beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np

from wattswarm.data import Floats
from wattswarm.errors import InputError
from wattswarm.forecast.ask import Ask, Origins
from wattswarm.forecast.contract import Forecast
from wattswarm.forecast.features.origins import outcomes, training_origins
from wattswarm.forecast.neural.epochs import Loss, Members, Samples, TrainingSettings, forward, train
from wattswarm.forecast.neural.networks import Design, Kind, Network
from wattswarm.forecast.neural.windows import Anchor, Columns, Scaler, anchor, reach, widths, windows
from wattswarm.forecast.record import Record, refuse_other_columns
from wattswarm.forecast.state import ModelState

_CHUNK = 256
"""Windows that are forecast at once, so that any number of origins uses one of few programs."""


@dataclass(frozen=True)
class Neural:
    """A network over a closed window of the past, trained on the errors of a simple forecast."""

    kind: Kind = "bilstm"
    """Of its encoder."""
    layers: int = 1
    """Of the encoder."""
    units: int = 32
    """Width of a layer, in each direction."""
    rate: float = 3e-3
    """Greatest learning rate; it falls to zero by a cosine."""
    dropout: float = 0.1
    """Share of units switched off in training."""
    look_back: int = 48
    """Steps of the window."""
    epochs: int = 8
    """At most."""
    batch: int = 128
    """Windows of a mini-batch."""
    patience: int = 4
    """Epochs without a better validation after which it stops."""
    loss: Loss = "huber"
    """Of the mean."""
    target: Anchor | Literal["auto"] = "auto"
    """What its answers are added to; `auto` is persistence one step ahead and else the naive day."""
    validation: float = 0.15
    """Last share of the record by which training stops."""
    trained: int = 1
    """Trainings whose mean is the forecast, side by side."""
    half: bool = False
    """Whether recurrent layers multiply with 16 bits, which trains faster where the processor can."""

    @property
    def name(self) -> str:
        return self.kind

    def reach(self, record: Record) -> int:
        return reach(record, self.look_back, record.day)

    def fit(self, record: Record, ask: Ask, *, seed: int = 0) -> NeuralModel:
        """Train on all of the record but its end, and stop by that."""
        return fit_together([self], record, ask, [seed])[0]


@dataclass(frozen=True, eq=False)
class NeuralModel:
    """Trained networks, whose mean is the forecast."""

    settings: Neural
    """Of the forecaster."""
    steps: int
    """Forecast from each origin."""
    rule: Anchor
    """What answers are added to."""
    scaler: Scaler
    """Of the training."""
    columns: Columns
    """The covariates."""
    networks: Network
    """Leading axis [training]."""
    validation: tuple[float, ...]
    """Least validation loss of each training."""

    @property
    def name(self) -> str:
        return self.settings.name

    def predict(self, record: Record, origins: Origins) -> Forecast:
        """Forecast from each origin."""
        refuse_other_columns(record, Columns.of(record).described(), self.columns.described())
        shape = (len(origins), self.steps)
        outputs = [self._outputs(record, origins[at : at + _CHUNK]) for at in range(0, len(origins), _CHUNK)]
        base = anchor(record, origins, self.steps, self.rule, self.scaler)[..., None]
        values = base + self.scaler.error * np.concatenate(outputs) if outputs else base.reshape(*shape, 1)
        return Forecast(origins, values[..., 0], np.sort(values[..., 1:], axis=-1))

    def to_state(self) -> ModelState:
        leaves = jax.tree_util.tree_leaves_with_path(self.networks)
        arrays = {jax.tree_util.keystr(path): np.asarray(leaf) for path, leaf in leaves}
        facts = {
            "settings": asdict(self.settings),
            "steps": self.steps,
            "rule": self.rule,
            "columns": asdict(self.columns),
            "error": self.scaler.error,
            "validation": list(self.validation),
        }
        return ModelState(
            facts, {**arrays, "centre": self.scaler.centre, "spread": self.scaler.spread}, self._features()
        )

    @classmethod
    def from_state(cls, state: ModelState) -> NeuralModel:
        facts: dict[str, Any] = dict(state.facts)
        settings, columns = Neural(**facts["settings"]), Columns.from_facts(facts["columns"])
        design = _design(settings, columns, facts["steps"])
        empty = jax.eval_shape(lambda: Network(jax.random.key(0), design))
        paths = [jax.tree_util.keystr(path) for path, _ in jax.tree_util.tree_leaves_with_path(empty)]
        leaves = [jnp.asarray(state.arrays[path]) for path in paths]
        return cls(
            settings,
            facts["steps"],
            facts["rule"],
            Scaler(state.array("centre"), state.array("spread"), facts["error"]),
            columns,
            jax.tree.unflatten(jax.tree.structure(empty), leaves),
            tuple(facts["validation"]),
        )

    def _outputs(self, record: Record, origins: Origins) -> Floats:
        """Return mean and quantiles of all trainings on average, shape [origin, step, output]."""
        # Numbers of origins are rounded up, so that a few compiled programs serve all.
        rows = min(_CHUNK, 1 << (len(origins) - 1).bit_length())
        asked = np.pad(origins, (0, rows - len(origins)), mode="edge")
        seen = windows(record, asked, self.steps, self.settings.look_back, self.scaler)
        outputs = np.asarray(forward(self.networks, *seen), np.float64)
        return np.asarray(outputs.mean(axis=0)[: len(origins)])

    def _features(self) -> tuple[str, ...]:
        return (
            f"target, the {self.settings.look_back} steps before the origin",
            "target at the same time of day, the latest two known, their neighbours and the week before",
            "hour and weekday on the local clock",
            *self.columns.described(),
        )


def fit_together(
    settings: Sequence[Neural], record: Record, ask: Ask, seeds: Sequence[int]
) -> list[NeuralModel]:
    """Train forecasters that differ in learning rate, dropout and seed alone, as one program.

    Args:
        record: as it stands at the end of training.

    Returns:
        Models, each the same as if it were trained alone.

    Raises:
        InputError: the record is too short, or constant.
    """
    first = settings[0]
    origins = training_origins(record, ask, max(first.reach(record), reach(record, 0, ask.steps)))
    begin = origins[_split(first, origins)]
    early, late = origins[origins + ask.steps + first.look_back <= begin], origins[origins >= begin]
    if not len(early):
        raise InputError(
            "the record is too short to stop a training by its end",
            where=record.target.name,
            found=f"{len(origins)} origins",
            expected=f"training, a gap of {first.look_back} steps and {first.validation:.0%} to stop by",
            mend="give a longer series, or choose a smaller look_back",
        )
    rule = _rule(first, ask)
    learned = record.until(int(early[-1]) + ask.steps)
    scaler, columns = Scaler.fitted(learned, early, ask.steps, rule), Columns.of(record)
    samples = [_samples(first, record, each, ask.steps, rule, scaler) for each in (early, late)]
    shared = TrainingSettings(
        _design(first, columns, ask.steps),
        first.epochs,
        min(first.batch, len(early)),
        first.patience,
        first.loss,
    )
    members = Members(
        jnp.asarray([each.rate for each in settings for _ in range(each.trained)], jnp.float32),
        jnp.asarray([each.dropout for each in settings for _ in range(each.trained)], jnp.float32),
        jnp.asarray(
            [
                seed * each.trained + at
                for each, seed in zip(settings, seeds, strict=True)
                for at in range(each.trained)
            ],
            jnp.int32,
        ),
    )
    outcome = train(shared, members, *samples)
    models, at = [], 0
    for each in settings:
        mine = slice(at, at + each.trained)
        networks = jax.tree.map(lambda leaf, mine=mine: leaf[mine], outcome.networks)
        least = tuple(float(loss) for loss in outcome.validation[mine])
        models.append(NeuralModel(each, ask.steps, rule, scaler, columns, networks, least))
        at += each.trained
    return models


def shape_of(settings: Neural) -> Neural:
    """Return the settings without what may differ among those that `fit_together` trains."""
    return replace(settings, rate=0.0, dropout=0.0, trained=1)


def _split(settings: Neural, origins: Origins) -> int:
    """Return which origin is the first to stop by."""
    return min(len(origins) - 1, int(len(origins) * (1.0 - settings.validation)))


def _rule(settings: Neural, ask: Ask) -> Anchor:
    if settings.target != "auto":
        return settings.target
    return "persistence" if ask.steps == 1 else "naive-day"


def _design(settings: Neural, columns: Columns, steps: int) -> Design:
    past, ahead = widths(columns)
    return Design(
        settings.kind, settings.layers, settings.units, settings.look_back, past, steps, ahead, settings.half
    )


def _samples(
    settings: Neural, record: Record, origins: Origins, steps: int, rule: Anchor, scaler: Scaler
) -> Samples:
    seen = windows(record, origins, steps, settings.look_back, scaler)
    missed = outcomes(record, origins, steps) - anchor(record, origins, steps, rule, scaler)
    return Samples(*(jnp.asarray(each, jnp.float32) for each in (*seen, missed / scaler.error)))
