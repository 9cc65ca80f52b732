"""Where a task takes place: one site's world, a bank of episodes, and the scales of what is seen."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike
from jaxtyping import Array, Float
from numpy.typing import NDArray

from wattswarm.errors import InputError
from wattswarm.market import Regime
from wattswarm.outlook import Hints, beliefs_of, hinted_timeline
from wattswarm.world import Exogenous, Scenario, Timeline, World, bank, pack

Columns = dict[str, NDArray[Any]]
"""Fields of `Exogenous` and `Hints` over time, shape [step, ...]."""
_NO_LIMIT_KW = 1e6


class Scales(eqx.Module):
    """What counts as 1 in an observation; of the bank the task was made from."""

    price: Float[Array, ""]
    """95 % quantile of the absolute import price [currency/kWh]."""
    power_kw: Float[Array, ""]
    """The most any battery draws or gives [kW]."""
    capacity_kwh: Float[Array, ""]
    """The largest battery [kWh]."""
    solar_kw: Float[Array, ""]
    """The most all solar arrays together give [kW]."""
    load_kw: Float[Array, ""]
    """The largest base load of the site [kW]."""


class Setting(eqx.Module):
    """A site's world and the episodes that can happen to it."""

    world: World
    episodes: Timeline
    """Rows of shape [episode, step + 1, column]; the last row closes the episode: it is seen, never stepped
    through, and its ports are empty."""
    scales: Scales
    batteries: tuple[str, ...] = eqx.field(static=True)
    """Names of ports and storages."""
    currency: str = eqx.field(static=True)
    """ISO code."""
    regime: Regime = eqx.field(static=True)
    """What is known of prices when."""

    @property
    def steps(self) -> int:
        return self.episodes.steps - 1

    @property
    def count(self) -> int:
        """Number of episodes in the bank."""
        return int(self.episodes.rows.shape[0])


def setting(scenarios: Sequence[Scenario], dtype: DTypeLike = np.float32) -> Setting:
    """Make a bank of episodes of scenarios of one site, one episode each.

    Args:
        scenarios: of the same site, length and information regime.

    Raises:
        InputError: no scenario, or scenarios that differ in site, length or regime.
    """
    _refuse_unequal(scenarios)
    first = scenarios[0]
    columns = [_columns(hinted_timeline(each, dtype)) for each in scenarios]
    pieces = max(each["curve_kw"].shape[1] for each in columns)
    ports = first.arrays.port_count
    closed = [_with_closing_row(_with_pieces(each, pieces), ports) for each in columns]
    world = dataclasses.replace(
        first.world(dtype),
        curve_pieces=pieces,
        defers=any(bool((s.regular_kwh > 0).any() or (s.urgent_kwh > 0).any()) for s in scenarios),
    )
    return Setting(
        world=world,
        episodes=bank([pack(each, dtype, Hints) for each in closed]),
        scales=_scales(columns, dtype),
        batteries=first.arrays.port_names + first.arrays.storage_names,
        currency=first.site.currency,
        regime=first.regime,
    )


def _refuse_unequal(scenarios: Sequence[Scenario]) -> None:
    if not scenarios:
        raise InputError("a task needs episodes", where="scenarios", found="none", expected="1 or more")
    first = scenarios[0]
    for at, each in enumerate(scenarios):
        for what, mine, theirs in (
            ("site", each.site.model_dump(), first.site.model_dump()),
            ("number of steps", each.steps, first.steps),
            ("information regime", each.regime, first.regime),
            ("view ahead", beliefs_of(each).view_ahead, beliefs_of(first).view_ahead),
        ):
            if mine != theirs:
                raise InputError(
                    f"the episodes differ in their {what}",
                    where=f"scenario {at}",
                    found=each.site.name if what == "site" else mine,
                    expected=f"as in scenario 0: {first.site.name if what == 'site' else theirs}",
                    mend="leave out days of a clock change, or make one task for each site",
                )


def _columns(timeline: Timeline) -> Columns:
    fields = jax.vmap(timeline.fields)(timeline.rows)
    return {name: np.asarray(values) for name, values in fields.items()}


def _with_pieces(columns: Columns, pieces: int) -> Columns:
    """Pad charging curves to the same number of pieces; a padding piece is never the tightest."""
    missing = ((0, 0), (0, pieces - columns["curve_kw"].shape[1]), (0, 0))
    return {
        **columns,
        "curve_kw": np.pad(columns["curve_kw"], missing, constant_values=_NO_LIMIT_KW),
        "curve_slope": np.pad(columns["curve_slope"], missing),
    }


def _with_closing_row(columns: Columns, ports: int) -> Columns:
    """Append what is seen after the last step: the clock of the first row, the last prices, empty ports."""
    last = {name: values[-1].copy() for name, values in columns.items()}
    for name in ("hour_sin", "hour_cos"):
        last[name] = columns[name][0]
    for name in ("new_period", "queue"):
        last[name] = np.zeros_like(last[name])
    for name in (*Exogenous._fields[Exogenous._fields.index("arriving") :], "advised_kw", "advised_kwh"):
        last[name][..., :ports] = 0.0
    return {name: np.concatenate([values, last[name][None]]) for name, values in columns.items()}


def _scales(columns: Sequence[Columns], dtype: DTypeLike) -> Scales:
    def cast(value: float) -> Array:
        return jnp.asarray(np.asarray(value if value > 0 else 1.0, dtype))

    def most(name: str) -> float:
        return max(float(each[name].max(initial=0.0)) for each in columns)

    def most_of_site(name: str) -> float:
        return max(float(each[name].sum(axis=1).max()) for each in columns)

    price = np.concatenate([np.abs(each["import_price"]) for each in columns])
    return Scales(
        price=cast(float(np.quantile(price, 0.95))),
        power_kw=cast(max(most("charge_kw"), most("discharge_kw"))),
        capacity_kwh=cast(most("capacity_kwh")),
        solar_kw=cast(most_of_site("solar_kw")),
        load_kw=cast(most_of_site("base_kw")),
    )
