"""Networks that forecast: an encoder of a closed window of the past, and a head for each step ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from wattswarm.forecast.contract import LEVELS
from wattswarm.forecast.neural.recurrence import Cell, Gates, unroll

Kind = Literal["mlp", "lstm", "bilstm", "transformer"]
Rows = Float[Array, "time batch column"]

OUTPUTS = 1 + len(LEVELS)
"""Outputs of each step: the mean and the quantiles."""

_HEADS = 4


@dataclass(frozen=True)
class Design:
    """The shape of a network: settings of one design can be trained together."""

    kind: Kind
    """Of the encoder."""
    layers: int
    """Of the encoder."""
    units: int
    """Width of a layer, in each direction."""
    look_back: int
    """Steps of the window."""
    columns: int
    """Numbers read of each step of the window."""
    steps: int
    """Forecast."""
    ahead: int
    """Numbers known of each step to be forecast."""
    half: bool = False
    """Whether recurrent layers multiply with 16 bits."""


class Dropout:
    """Switches units off by a key, None to forecast, alike in a whole window (Gal and Ghahramani 2016)."""

    def __init__(self, share: Float[Array, ""] | float, key: PRNGKeyArray | None) -> None:
        self._share, self._key = share, key

    def __call__(self, values: Float[Array, "*any batch unit"], place: int) -> Array:
        """Return the values with some units of each window set to zero and the others grown to make up."""
        if self._key is None:
            return values
        draw = jax.random.uniform(jax.random.fold_in(self._key, place), values.shape[-2:], values.dtype)
        return values * jnp.where(draw < self._share, 0.0, 1.0 / (1.0 - self._share))


class Dense(eqx.Module):
    """A linear layer over the last axis: all rows in one product."""

    weight: Float[Array, "input output"]
    bias: Float[Array, " output"]

    def __init__(self, key: PRNGKeyArray, inputs: int, outputs: int) -> None:
        self.weight = _uniform(key, (inputs, outputs), inputs**-0.5)
        self.bias = jnp.zeros(outputs, jnp.float32)

    def __call__(self, values: Float[Array, "*any input"]) -> Float[Array, "*any output"]:
        return values @ self.weight + self.bias


class Direction(eqx.Module):
    """LSTM cells that pass over the window once."""

    drive: Float[Array, "gate input unit"]
    bias: Float[Array, "gate unit"]
    weights: Float[Array, "gate unit unit"]
    half: bool = eqx.field(static=True)

    def __init__(self, key: PRNGKeyArray, inputs: int, units: int, half: bool) -> None:
        drive, weight = jax.random.split(key)
        gates = len(Gates._fields)
        self.drive = _uniform(drive, (gates, inputs, units), units**-0.5)
        self.weights = _uniform(weight, (gates, units, units), units**-0.5)
        # Forget gates start open, so that slopes reach far back.
        self.bias = jnp.zeros((gates, units), jnp.float32).at[1].set(1.0)
        self.half = half

    def __call__(self, rows: Rows) -> Float[Array, "time batch unit"]:
        """Return the outputs of all steps."""
        return unroll(rows, Cell(self.drive, self.bias, self.weights), self.half)


class Recurrent(eqx.Module):
    """Layers of LSTM cells, in one or both directions; what remains at the ends encodes the window."""

    layers: list[list[Direction]]

    def __init__(self, key: PRNGKeyArray, design: Design) -> None:
        ways = 2 if design.kind == "bilstm" else 1
        keys = jax.random.split(key, (design.layers, ways))
        inputs = [design.columns, *[ways * design.units] * (design.layers - 1)]
        self.layers = [
            [Direction(each, width, design.units, design.half) for each in row]
            for row, width in zip(keys, inputs, strict=True)
        ]

    def __call__(self, rows: Rows, dropout: Dropout) -> Float[Array, "batch coded"]:
        """Encode a window by the last output of each direction."""
        outputs = self.outputs(rows, dropout)
        forward, *backward = jnp.split(outputs, len(self.layers[0]), axis=-1)
        return jnp.concatenate([forward[-1], *(each[0] for each in backward)], axis=-1)

    def outputs(self, rows: Rows, dropout: Dropout) -> Float[Array, "time batch coded"]:
        """Return the last layer's outputs at all steps, the directions side by side."""
        for place, (forward, *backward) in enumerate(self.layers):
            outputs = [forward(rows), *(each(rows[::-1])[::-1] for each in backward)]
            rows = dropout(jnp.concatenate(outputs, axis=-1), place)
        return rows


class Plain(eqx.Module):
    """Dense layers over the flattened window."""

    layers: list[Dense]

    def __init__(self, key: PRNGKeyArray, design: Design) -> None:
        sizes = [design.look_back * design.columns, *[design.units] * design.layers]
        keys = jax.random.split(key, design.layers)
        self.layers = [Dense(keys[at], sizes[at], sizes[at + 1]) for at in range(design.layers)]

    def __call__(self, rows: Rows, dropout: Dropout) -> Float[Array, "batch coded"]:
        """Encode a window by the last layer."""
        values = jnp.moveaxis(rows, 0, 1).reshape(rows.shape[1], -1)
        for place, layer in enumerate(self.layers):
            values = dropout(jax.nn.relu(layer(values)), place)
        return values


class Attentive(eqx.Module):
    """Layers of self-attention over the window with learned positions; their mean over time encodes it.

    Source:
        Vaswani et al. 2017, the encoder alone; norms before each part as in Xiong et al. 2020.
    """

    entry: Dense
    places: Float[Array, "time unit"]
    mixes: list[Dense]
    merges: list[Dense]
    widens: list[Dense]
    narrows: list[Dense]

    def __init__(self, key: PRNGKeyArray, design: Design) -> None:
        units = design.units

        def dense(part: int, layer: int, inputs: int, outputs: int) -> Dense:
            drawn = jax.random.fold_in(jax.random.fold_in(key, part), layer)
            return Dense(drawn, inputs, outputs)

        layers = range(design.layers)
        self.entry = dense(0, 0, design.columns, units)
        self.places = _uniform(jax.random.fold_in(key, 1), (design.look_back, units), units**-0.5)
        self.mixes = [dense(2, layer, units, 3 * units) for layer in layers]
        self.merges = [dense(3, layer, units, units) for layer in layers]
        self.widens = [dense(4, layer, units, 2 * units) for layer in layers]
        self.narrows = [dense(5, layer, 2 * units, units) for layer in layers]

    def __call__(self, rows: Rows, dropout: Dropout) -> Float[Array, "batch coded"]:
        """Encode a window by the mean over time."""
        values = self.entry(rows) + self.places[:, None, :]
        layers = zip(self.mixes, self.merges, self.widens, self.narrows, strict=True)
        for place, (mix, merge, widen, narrow) in enumerate(layers):
            attended = _attend(mix(_normal(values)))
            values = values + dropout(merge(attended), 2 * place)
            wide = jax.nn.gelu(widen(_normal(values)))
            values = values + dropout(narrow(wide), 2 * place + 1)
        return _normal(values).mean(axis=0)


class Network(eqx.Module):
    """An encoder and, for each step ahead, a small layer that joins the code with what is known of it."""

    encoder: Recurrent | Plain | Attentive
    coded: Dense
    known: Float[Array, "ahead unit"]
    places: Float[Array, "step unit"]
    told: Float[Array, "unit output"]
    level: Float[Array, "step output"]

    def __init__(self, key: PRNGKeyArray, design: Design) -> None:
        encode, join, know, head = jax.random.split(key, 4)
        self.encoder = _encoder(encode, design)
        width = 2 * design.units if design.kind == "bilstm" else design.units
        self.coded = Dense(join, width, design.units)
        self.known = _uniform(know, (design.ahead, design.units), max(1, design.ahead) ** -0.5)
        self.places = jnp.zeros((design.steps, design.units), jnp.float32)
        # Starts at its anchor: small answers first.
        self.told = _uniform(head, (design.units, OUTPUTS), 0.1 * design.units**-0.5)
        self.level = jnp.zeros((design.steps, OUTPUTS), jnp.float32)

    def __call__(
        self, past: Rows, ahead: Float[Array, "step batch known"], dropout: Dropout
    ) -> Float[Array, "step batch output"]:
        """Tell mean and quantiles of each step ahead, as scaled differences from an anchor.

        Args:
            past: window that ends at the origin, shape [time, batch, column].
            ahead: what is known of the steps to be forecast, shape [step, batch, known].
            dropout: of the encoder's layers.

        Returns:
            Mean first, then quantiles at `LEVELS`, shape [step, batch, output].
        """
        code = self.coded(self.encoder(past, dropout))
        joined = jax.nn.relu(code + ahead @ self.known + self.places[:, None, :])
        return joined @ self.told + self.level[:, None, :]


def _encoder(key: PRNGKeyArray, design: Design) -> Recurrent | Plain | Attentive:
    if design.kind == "mlp":
        return Plain(key, design)
    return Attentive(key, design) if design.kind == "transformer" else Recurrent(key, design)


def _uniform(key: PRNGKeyArray, shape: tuple[int, ...], bound: float) -> Array:
    return jax.random.uniform(key, shape, jnp.float32, -bound, bound)


def _normal(values: Float[Array, "*any unit"]) -> Float[Array, "*any unit"]:
    centred = values - values.mean(axis=-1, keepdims=True)
    return centred * jax.lax.rsqrt(jnp.mean(centred * centred, axis=-1, keepdims=True) + 1e-5)


def _attend(mixed: Float[Array, "time batch three_units"]) -> Float[Array, "time batch unit"]:
    time, batch, width = mixed.shape
    heads = jnp.moveaxis(mixed, 0, 1).reshape(batch, time, 3, _HEADS, width // 3 // _HEADS)
    attended = jax.nn.dot_product_attention(heads[:, :, 0], heads[:, :, 1], heads[:, :, 2])
    return jnp.moveaxis(attended, 0, 1).reshape(time, batch, width // 3)
