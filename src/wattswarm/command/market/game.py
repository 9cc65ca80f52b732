"""`wattswarm game`: where vehicles that share a price come to rest, and how sure that is."""

from __future__ import annotations

import json as json_text
import math
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import polars as pl
from jaxtyping import Array, Float
from rich.console import Console
from rich.table import Table

from wattswarm.command.market.night_game import night_game, place_of
from wattswarm.command.market.options import Night
from wattswarm.data import ChargingNeeds, Floats, Hours, read_charging_needs, read_hours
from wattswarm.errors import InputError
from wattswarm.files import write_files
from wattswarm.market.game import (
    Bands,
    ChargingGame,
    Equilibrium,
    SharedLimits,
    check_game,
    nash_equilibrium,
    payments,
    price_of_anarchy,
)
from wattswarm.runtime import prepare
from wattswarm.terminal import busy, check_file, check_out, say

_SHOWN = 40
_SEEN = 0.005
"""Least energy that two digits show [kWh]."""


def play_file(night: Night, out: Path | None, json: bool, console: Console) -> None:
    """Settle the game of the vehicles of a file.

    Args:
        out: folder for schedules.csv, hours.csv and game.json, None for none.
        json: whether to print the result as JSON on standard output.

    Raises:
        InputError: options or files that have to be mended; names file, row and column.
    """
    _check(night)
    if out is not None:
        check_out(out)
    prepare()
    with busy(console, "reading"):
        hours = read_hours(night.hours)
        needs = read_charging_needs(night.vehicles, len(hours.price))

    def place(field: str, index: tuple[int, ...]) -> str:
        return place_of(needs, hours, field, index)

    game, limits = night_game(needs, hours, night.alpha, night.limit, night.step)
    check_game(game, limits, place)
    with busy(console, "settling"):
        found = nash_equilibrium(game, limits, place=place)
    result = _result(night, game, limits, found)
    toll = (limits.matrix.T @ found.congestion)[0]
    vehicles, steps = _vehicles(needs, game, found, toll), _steps(hours, found, toll)
    if out is not None:
        write_files(
            out,
            {
                "schedules.csv": _schedules(needs, found).write_csv().encode(),
                "hours.csv": steps.write_csv().encode(),
                "game.json": (json_text.dumps(result, indent=2) + "\n").encode(),
            },
        )
    if json:
        full = {**result, "vehicles": vehicles.to_dicts(), "steps": steps.to_dicts()}
        print(json_text.dumps(full, indent=2))
    _show(vehicles, steps, result, console)


def _check(night: Night) -> None:
    bounds = {
        "--alpha": (night.alpha, 0.0 <= night.alpha <= 1.0, "0 to 1: 0 for the market's price alone"),
        "--limit": (
            night.limit,
            night.limit is None or (math.isfinite(night.limit) and night.limit > 0),
            "above 0",
        ),
        "--step": (night.step, math.isfinite(night.step) and night.step > 0, "hours, above 0"),
    }
    for option, (value, right, expected) in bounds.items():
        if not right:
            raise InputError(
                "not a value of this option",
                where=option,
                found=value,
                expected=expected,
                mend="correct or leave it out",
            )
    check_file(night.vehicles, "vehicles")
    check_file(night.hours, "hours")


def _result(night: Night, game: ChargingGame, limits: SharedLimits, found: Equilibrium) -> dict[str, Any]:
    loads = np.asarray(game.load_kw + found.total_kw)
    congestion = game.vehicles.step_h * (limits.matrix.T @ found.congestion * found.total_kw).sum()
    bill = float(payments(game, found.power_kw).sum())
    dearer = price_of_anarchy(game, limits, found.power_kw)
    # A ratio of costs says nothing where they are not above 0.
    ratios = [
        float(each) if bill > 0 and each > 0 else None
        for each in (dearer.payments_at_most, dearer.generation_at_most)
    ]
    return {
        "alpha": night.alpha,
        "charged_kwh": float(_drawn(game, found).sum()),
        "given_back_kwh": float(_given(game, found).sum()),
        "spilled_kwh": float(_spilled(game, found)),
        "paid": bill,
        "congestion_paid": float(congestion),
        "peak_kw": float(loads.max()),
        "gap": float(found.gap),
        "price_of_anarchy_payments_at_most": ratios[0],
        "price_of_anarchy_generation_at_most": ratios[1],
    }


def _drawn(game: ChargingGame, found: Equilibrium) -> Floats:
    """Return what each vehicle charges [kWh], shape [vehicle]."""
    return np.asarray(jnp.maximum(found.power_kw, 0.0).sum(1) * game.vehicles.step_h)


def _given(game: ChargingGame, found: Equilibrium) -> Floats:
    """Return what each vehicle gives back [kWh], shape [vehicle]."""
    return np.asarray(jnp.maximum(-found.power_kw, 0.0).sum(1) * game.vehicles.step_h)


def _spilled(game: ChargingGame, found: Equilibrium) -> Float[Array, ""]:
    """Return what full batteries do not hold, where to draw it pays [kWh]."""
    vehicles = game.vehicles
    return vehicles.spilled_kwh(found.power_kw).sum() if isinstance(vehicles, Bands) else jnp.zeros(())


def _vehicles(
    needs: ChargingNeeds, game: ChargingGame, found: Equilibrium, toll: Float[Array, " step"]
) -> pl.DataFrame:
    paid = np.asarray(payments(game, found.power_kw))
    drawn, given = _drawn(game, found), _given(game, found)
    passed = np.asarray((found.power_kw * toll).sum(1) * game.vehicles.step_h)
    # Of who sells too, what is paid for a kWh says nothing.
    each = np.where(given > 0, np.nan, (paid + passed) / np.where(drawn > 0, drawn, 1.0))
    return pl.DataFrame(
        {
            "name": needs.name,
            "kwh": drawn,
            "back_kwh": given,
            "paid": paid,
            "congestion": passed,
            "per_kwh": pl.Series(each).fill_nan(None),
        }
    )


def _steps(hours: Hours, found: Equilibrium, toll: Float[Array, " step"]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "step": np.arange(len(hours.price)),
            "market_price": hours.price,
            "load_kw": hours.load_kw,
            "vehicles_kw": np.asarray(found.total_kw),
            "price": np.asarray(found.price),
            "congestion": np.asarray(toll),
        }
    )


def _schedules(needs: ChargingNeeds, found: Equilibrium) -> pl.DataFrame:
    power = np.asarray(found.power_kw)
    vehicle, step = np.nonzero(power)
    names = np.array(needs.name)[vehicle]
    return pl.DataFrame({"name": names, "step": step, "kw": power[vehicle, step]})


def _show(vehicles: pl.DataFrame, steps: pl.DataFrame, result: dict[str, Any], console: Console) -> None:
    heads = ("step", "market", "load kW", "vehicles kW", "price", "congestion")
    _print(steps, heads, (None, 4, 1, 1, 4, 4), console, "steps")
    charged, back, spilled = (result[name] for name in ("charged_kwh", "given_back_kwh", "spilled_kwh"))
    if back > _SEEN:
        both = ("vehicle", "kWh", "back kWh", "paid", "congestion")
        _print(vehicles.drop("per_kwh"), both, (None, 2, 2, 2, 2), console, "vehicles")
    else:
        alone = ("vehicle", "kWh", "paid", "congestion", "per kWh")
        _print(vehicles.drop("back_kwh"), alone, (None, 2, 2, 2, 4), console, "vehicles")
    ratios = [
        "none: costs are not above 0" if each is None else f"{max(each, 1.0):.4f} at most"
        for each in (
            result["price_of_anarchy_payments_at_most"],
            result["price_of_anarchy_generation_at_most"],
        )
    ]
    for name, text in (
        (
            "charged",
            f"{charged:.2f} kWh"
            + (f", {back:.2f} given back" if back > _SEEN else "")
            + (f", {spilled:.2f} beyond full batteries, since drawing is paid" if spilled > _SEEN else ""),
        ),
        ("paid", f"{result['paid']:.2f}, and {result['congestion_paid']:.2f} for congestion"),
        ("peak", f"{result['peak_kw']:.1f} kW"),
        (
            "gap",
            f"below {_ceiling(result['gap']):.0e}: proven bound of what any vehicle could save by leaving",
        ),
        ("anarchy", f"payments {ratios[0]}, generation {ratios[1]}, of the least there is"),
    ):
        say(console, f"{name:9}{text}")


def _ceiling(gap: float) -> float:
    """Return the power of ten above a gap, none below 1e-9, so that rounding shows nowhere."""
    return float(10.0 ** max(math.ceil(math.log10(max(gap, 1e-12))), -9))


def _print(
    rows: pl.DataFrame, heads: tuple[str, ...], digits: tuple[int | None, ...], console: Console, what: str
) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1))
    for at, head in enumerate(heads):
        table.add_column(head, justify="right" if at or what == "steps" else "left", no_wrap=at > 0)
    for row in rows.head(_SHOWN).iter_rows():
        table.add_row(
            *(f"{each:.{places}f}" if places else str(each) for each, places in zip(row, digits, strict=True))
        )
    console.print(table)
    if len(rows) > _SHOWN:
        say(console, f"and {len(rows) - _SHOWN} more {what}; --out writes all of them")
