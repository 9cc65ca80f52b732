"""Moving a site's money into the currency of its price series, at a rate that is always stated."""

from __future__ import annotations

from dataclasses import dataclass

from wattswarm.errors import InputError
from wattswarm.site import Site

REFERENCE_RATES = {"EUR": 1.0, "USD": 1.08, "INR": 90.5, "GBP": 0.85, "NOK": 11.6, "DKK": 7.46, "SEK": 11.4}
"""Units per euro, rounded means of the year 2024."""


@dataclass(frozen=True)
class Conversion:
    """From one currency to another: `amount * rate`."""

    source: str
    target: str
    rate: float

    def note(self) -> str:
        """Say in one sentence what was converted."""
        return (
            f"the site's {self.source} amounts are converted to {self.target} "
            f"at {self.rate:g} {self.target} per {self.source}"
        )


def convert(site: Site, target: str, rate: float | None = None) -> tuple[Site, Conversion | None]:
    """Express every amount of a site in another currency.

    Args:
        target: currency of the price series.
        rate: units of `target` per unit of the site's currency; None takes the reference rate.

    Returns:
        The converted site and the conversion, or the same site and None where nothing had to be done.

    Raises:
        InputError: when the currencies differ and no reference rate is known.
    """
    if target == site.currency:
        return site, None
    if rate is None:
        unknown = [c for c in (site.currency, target) if c not in REFERENCE_RATES]
        if unknown:
            raise InputError(
                f"no reference rate for {unknown[0]}",
                where=f"site {site.name}",
                found=f"site in {site.currency}, prices in {target}",
                mend=f"give --rate, the number of {target} per {site.currency}",
            )
        rate = REFERENCE_RATES[target] / REFERENCE_RATES[site.currency]
    data = site.model_dump()
    data["currency"] = target
    _scale(data["tariff"], "_per_kwh", rate)
    _scale(data["tariff"], "_per_kw", rate)
    for part in [*data["vehicles"], *[s["storage"] for s in data["stations"] if s["storage"]]]:
        part["wear_price_per_kwh"] *= rate
    return Site.model_validate(data), Conversion(site.currency, target, rate)


def _scale(amounts: dict[str, float | None], ending: str, rate: float) -> None:
    for name, value in amounts.items():
        if name.endswith(ending) and value is not None:
            amounts[name] = value * rate
