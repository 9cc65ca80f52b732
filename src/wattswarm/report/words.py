"""The comparison in plain words: headline, key numbers and how a number is written."""

from __future__ import annotations

from dataclasses import dataclass

from wattswarm.market import Regime
from wattswarm.report.comparison import Comparison

REGIMES = {
    Regime.RT: "RT: the price of a step becomes known when the step begins",
    Regime.DAM: "DAM: tomorrow's prices are known from 13:00 local time on",
    Regime.GATE: "GATE: commitments are made before any of tomorrow's prices is known",
    Regime.ORACLE: "ORACLE: everything is known in advance; no real controller can do this",
}


@dataclass(frozen=True)
class Card:
    """One key number."""

    label: str
    value: str
    beside: str
    """The number to hold it against."""


def with_unit(text: str, unit: str) -> str:
    """Keep a number and its unit on one line."""
    return f"{text}\u00a0{unit}"


def number(value: float | None, digits: int = 0) -> str:
    """Write a number for people: thousands apart, a true minus, a dash where there is none."""
    if value is None:
        return "–"
    text = f"{value:,.{digits}f}"
    return (text[1:] if float(text.replace(",", "")) == 0 and text[0] == "-" else text).replace("-", "−")


def signed(value: float) -> str:
    """Write a difference: with its sign, a plain 0 for none."""
    text = number(value)
    return text if text == "0" or value < 0 else f"+{text}"


def kilowatts(value: float) -> str:
    return with_unit(number(value), "kW")


def kilowatt_hours(value: float) -> str:
    return with_unit(number(value, 1), "kWh")


def kilograms(value: float | None) -> str:
    return with_unit(number(value), "kg")


def amount(value: float | None) -> str:
    """Write money with cents only where they matter."""
    return number(value, 2 if value is not None and abs(value) < 100 else 0)


def percent(share: float | None, digits: int = 0) -> str:
    """Write a fraction as a percentage."""
    return "–" if share is None else with_unit(number(100.0 * share, digits), "%")


def span(comparison: Comparison) -> tuple[float, str]:
    """Return the factor from the horizon to the span that money is told for, and the span's words."""
    if comparison.days >= 7:
        return 7.0 / comparison.days, "a week"
    days = max(round(comparison.days), 1)
    return 1.0, "that day" if days == 1 else f"over these {days} days"


def headline(comparison: Comparison) -> str:
    """Say in one sentence what came out, as plain text that is not yet escaped."""
    best, base, bound = comparison.best, comparison.baseline, comparison.bound
    currency = comparison.scenario.site.currency
    factor, words = span(comparison)
    if len(comparison.rows) == 1:
        start = f"{best.policy} earns {amount(best.measures.profit * factor)} {currency} {words}"
        return f"{start}; {amount(bound.gain * factor)} more were possible." if bound else f"{start}."
    if best.policy == base or best.gain < 0.005:
        tail = f" {amount(bound.gain * factor)} {currency} {words} were possible." if bound else ""
        return f"No policy tried here earns more than {base}.{tail}"
    more = f"{with_unit(amount(best.gain * factor), currency)} {words} more"
    start = f"The best policy, {best.policy}, earns {more} than {base}"
    if best.score is None:
        return f"{start}."
    return f"{start}: {percent(best.score)} of what perfect foresight could."


def cards(comparison: Comparison) -> list[Card]:
    """Return the key numbers of the best policy beside the baseline's, without what cannot be measured."""
    best, base = comparison.best.measures, comparison.row(comparison.baseline).measures
    currency, name = comparison.scenario.site.currency, comparison.baseline
    factor, words = span(comparison)

    def card(label: str, best_text: str, base_text: str) -> Card:
        return Card(label, best_text, f"{name}: {base_text}")

    def money(value: float) -> str:
        return with_unit(amount(value * factor), currency)

    found = [
        card(f"Profit {words}", money(best.profit), money(base.profit)),
        card(f"Energy cost {words}", money(best.energy_cost), money(base.energy_cost)),
        card("Peak import", kilowatts(best.peak_import_kw), kilowatts(base.peak_import_kw)),
    ]
    if comparison.best.score is not None and comparison.bound:
        gain = f"of {money(comparison.bound.gain)} {words} that were possible"
        found.insert(0, Card("Flexibility score F", number(comparison.best.score, 2), gain))
    if best.satisfied_share is not None:
        served = percent(best.satisfied_share, 1), percent(base.satisfied_share, 1)
        found.append(card("Satisfied departures", *served))
        found.append(card("Unmet energy", kilowatt_hours(best.unmet_kwh), kilowatt_hours(base.unmet_kwh)))
    if best.carbon_kg is not None:
        found.append(card("CO2 of imports", kilograms(best.carbon_kg), kilograms(base.carbon_kg)))
    return found
