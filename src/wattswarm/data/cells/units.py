"""Units as files declare them, in a column's name or by the caller, and their factor to canonical ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from wattswarm.errors import InputError

Quantity = Literal["price", "power", "load", "intensity", "irradiance"]
Kind = Literal["price", "power", "energy", "intensity", "irradiance"]

KINDS: Final[dict[Quantity, tuple[Kind, ...]]] = {
    "price": ("price",),
    "power": ("power", "energy"),
    "load": ("power", "energy"),
    "intensity": ("intensity",),
    "irradiance": ("irradiance",),
}
EXAMPLES: Final[dict[Quantity, str]] = {
    "price": "EUR/MWh",
    "power": "W, kW or kWh",
    "load": "MW or kWh",
    "intensity": "kg/kWh",
    "irradiance": "W/m2",
}
CURRENCY_PER_EURO: Final[dict[str, float]] = {
    "AUD": 1.65, "BGN": 1.96, "BRL": 6.0, "CAD": 1.5, "CHF": 0.95, "CNY": 7.8, "CZK": 25.0, "DKK": 7.46,
    "EUR": 1.0, "GBP": 0.86, "HUF": 395.0, "INR": 92.0, "JPY": 160.0, "KRW": 1500.0, "MXN": 20.0, "NOK": 11.6,
    "NZD": 1.8, "PLN": 4.3, "RON": 5.0, "SEK": 11.3, "SGD": 1.45, "TRY": 37.0, "TWD": 35.0, "USD": 1.1,
    "ZAR": 20.0,
}  # fmt: skip

_PRICE_WORDS: Final = frozenset({"price", "tariff", "cost", "rate", "lmp", "mcp"})
_SIGNS: Final = {"€": "EUR", "₹": "INR", "$": "USD", "£": "GBP", "rs.": "INR", "rs": "INR", "us$": "USD"}
_ENERGY_KWH: Final = {"wh": 1e-3, "kwh": 1.0, "mwh": 1e3, "gwh": 1e6}
_POWER_KW: Final = {"w": 1e-3, "kw": 1.0, "mw": 1e3, "gw": 1e6}
_MASS_KG: Final = {"g": 1e-3, "kg": 1.0, "t": 1e3, "lb": 0.45359237, "lbs": 0.45359237}
_IRRADIANCE: Final = {"w/m2": 1.0, "wm2": 1.0, "w/m^2": 1.0, "w/m²": 1.0, "w.m-2": 1.0, "kw/m2": 1e3}


@dataclass(frozen=True)
class Unit:
    """A unit and the way from it to the canonical one."""

    kind: Kind
    """What it measures."""
    canonical: str
    """The canonical unit: `<currency>/kWh`, `kW`, `kWh`, `kg/kWh` or `W/m2`."""
    factor: float
    """Canonical units in one of this unit."""
    label: str
    """The unit as it was declared."""

    def same(self, other: Unit) -> bool:
        """Whether two units are one unit under different spellings."""
        return (self.canonical, self.factor) == (other.canonical, other.factor)


def parse_unit(text: str) -> Unit | None:
    """Return the unit that a text such as "EUR/MWh", "Rs/MWh" or "kgCO2/kWh" names, None if it names none."""
    plain = re.sub(r"\s+", "", text.strip().lower()).replace("per", "/")
    plain = re.sub(r"co2(eq?)?", "", plain)
    plain = re.sub(r"(?<=wh)e(l)?$", "", plain)
    if plain in _IRRADIANCE:
        return Unit("irradiance", "W/m2", _IRRADIANCE[plain], text)
    if plain in _POWER_KW:
        return Unit("power", "kW", _POWER_KW[plain], text)
    if plain in _ENERGY_KWH:
        return Unit("energy", "kWh", _ENERGY_KWH[plain], text)
    above, _, below = plain.partition("/")
    if below not in _ENERGY_KWH:
        return None
    if above in _MASS_KG:
        return Unit("intensity", "kg/kWh", _MASS_KG[above] / _ENERGY_KWH[below], text)
    currency = _SIGNS.get(above, above.upper())
    if currency in CURRENCY_PER_EURO:
        return Unit("price", f"{currency}/kWh", 1.0 / _ENERGY_KWH[below], text)
    return None


def unit_in_name(column: str) -> Unit | None:
    """Return the unit that a column's name declares, in brackets or as its ending, None if none."""
    for bracketed in re.findall(r"[\[(]([^\])]*)[\])]", column):
        unit = parse_unit(bracketed)
        if unit:
            return unit
    plain = re.sub(r"[\[(].*", "", column).lower()
    words = [word for word in re.split(r"[^a-z0-9]+", plain) if word]
    if "per" in words[-3:]:
        at = len(words) - 1 - words[::-1].index("per")
        return parse_unit(" ".join(words[max(at - 1, 0) :]))
    if len(words) >= 2 and (unit := parse_unit(f"{words[-2]}/{words[-1]}")):
        return unit
    # The kWh of a price in a currency we do not know, such as price_ct_kwh, is not an energy.
    if not words or "/" in plain or _PRICE_WORDS & set(words):
        return None
    return parse_unit(words[-1])


def require_unit(text: str) -> Unit:
    """Return the unit that the caller names.

    Raises:
        InputError: it is not a unit we know.
    """
    unit = parse_unit(text)
    if unit is None:
        raise InputError(
            "the unit is not known",
            where="--unit",
            found=text,
            expected="such as EUR/MWh, INR/kWh, W, kW, MW, kWh, kg/kWh, g/kWh or W/m2; currencies: "
            + ", ".join(CURRENCY_PER_EURO),
            mend="spell the unit like one of these",
        )
    return unit
