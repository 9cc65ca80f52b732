"""The page of the study of markets: what was asked, the tables, and who leads each."""

from __future__ import annotations

from collections.abc import Sequence

from wattswarm.papers.experiment import table
from wattswarm.papers.forecasting.markets.tables import Row, Table

_INTRODUCTION = """# Forecasters on real markets

All forecasters on the same days, which none of them saw: the next step, the path of 24 hours from every hour,
and before the gate closes the whole next day (96 blocks of 15 minutes, or 24 hours).

    wattswarm study markets --data records

`records` holds the price files named below. The command writes this page and goes on where it was stopped.

- Training ends at *learned until*; what lies between that day and the test is for validation. Where several
  settings stood to choose, each learned once until then, and those of the smallest mean absolute error in
  validation were taken; the test chose nothing. Those that are not the usual ones stand under the table.
- *refit*: days from one training to the next, always on all that is known by then; *once* means that nothing
  after *learned until* was learned from.
- Means of models (with +) have the refits of their members. Which trees are averaged with which network, the
  errors of validation decided.
- Prices and the calendar alone: no forecasts of load, wind or sun, no bids.
- *in 90 %*: truths within the conformal band of 90 %, which follows the errors of the eight weeks before;
  *width* is its mean width.
- *rMAE* over persistence for one step, else over the same time on the day before. *CPU s*: processor time of
  all trainings and forecasts of a seed, on a shared core.
- *p*: one-sided test of Diebold and Mariano on daily losses that the model is no better than LEAR (boosting).
  Networks have several seeds: figures are means over them, and the losses that are tested are too."""
_KINDS = {
    "arima": ("arima",),
    "lear": ("lear",),
    "trees": ("boosting", "boosting-l1"),
    "networks": ("mlp", "lstm", "bilstm", "transformer"),
    "means": (),
}
_QUICK = (
    "Made with `--quick`: small models, trained once, two weeks. It shows that all works, not who is better."
)


def page(tables: Sequence[Table], quick: bool) -> list[str]:
    """Return the page's sections, a table a comparison; a page made in haste says so."""
    return [_INTRODUCTION, *([_QUICK] if quick else []), *_in_short(tables), *map(_section, tables)]


def _in_short(tables: Sequence[Table]) -> tuple[str, ...]:
    """Return the smallest errors of each kind of model, a comparison a line."""
    rows = []
    for each in tables:
        found = {kind: _best(each, kind) for kind in ("naive", *_KINDS)}
        least = min(row.mae for row in found.values() if row)
        name = f"{each.comparison.market.name}, {each.comparison.ask}"
        rows.append((name, *(_told(row, least) for row in found.values())))
    return (
        "## In short",
        "Mean absolute error of the best of each kind, the smallest of all in bold.",
        table(("", "naive", *_KINDS), rows),
    )


def _best(table: Table, kind: str) -> Row | None:
    return next((row for row in table.rows if _kind(row.model) == kind), None)


def _kind(model: str) -> str:
    if " + " in model:
        return "means"
    return next((kind for kind, models in _KINDS.items() if model in models), "naive")


def _told(row: Row | None, least: float) -> str:
    if row is None:
        return ""
    return f"**{row.mae:.4g}** ({row.model})" if row.mae == least else f"{row.mae:.4g} ({row.model})"


def _section(found: Table) -> str:
    market, unit = found.comparison.market, found.comparison.market.unit
    heads = (
        *("model", "refit", f"RMSE {unit}", f"MAE {unit}", "sMAPE %", "rMAE"),
        *("in 90 %", "width", "CPU s", "p, lear", "p, boosting"),
    )
    return "\n\n".join(
        [
            f"## {market.name}, {found.comparison.ask}",
            f"`{market.file}`; learned until {found.learned_until}, judged from {found.judged_from} on: "
            f"{found.days} days, {found.forecasts:,} forecast steps.",
            table(heads, map(_cells, found.rows)),
            *_below(found),
        ]
    )


def _cells(row: Row) -> tuple[str, ...]:
    refit = {None: "", 0: "once"}.get(row.refit_days, str(row.refit_days))
    return (
        row.model,
        refit,
        f"{row.rmse:.4g}",
        f"{row.mae:.4g}",
        f"{row.smape:.1f}",
        f"{row.rmae:.3f}",
        f"{100 * row.coverage_90:.1f} %",
        f"{row.width_90:.3g}",
        f"{row.cpu_s:.0f}",
        *("" if row.p[rival] is None else f"{row.p[rival]:.3f}" for rival in row.p),
    )


def _below(table: Table) -> list[str]:
    """Return who leads, and the settings and seeds behind the rows."""
    best, following = table.rows[:2]
    tested = [f"p {p:.3f} against {rival}" for rival, p in best.p.items() if p is not None]
    if following.model not in best.p:
        tested.append(f"p {table.lead:.3f} against {following.model}")
    least = min(table.rows, key=lambda row: row.rmse)
    found = [f"Smallest MAE: **{best.model}** ({', '.join(tested)}). Smallest RMSE: **{least.model}**."]
    settings = [f"{row.model} ({row.settings})" for row in table.rows if row.settings]
    if settings:
        found += [f"Settings: {'; '.join(settings)}."]
    seeds = [
        f"{row.model} {row.spread[0]:.4g} to {row.spread[1]:.4g} ({row.seeds} seeds)"
        for row in table.rows
        if row.seeds > 1
    ]
    if seeds:
        found += [f"MAE from seed to seed: {'; '.join(seeds)}."]
    return found
