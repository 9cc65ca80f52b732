"""The forecasts of a kept model, laid beside a scenario for `mpc-forecast`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wattswarm.command.site.options import Inputs
from wattswarm.control import BY_FORECAST
from wattswarm.data import Series, SeriesFile
from wattswarm.errors import InputError
from wattswarm.world import Scenario

if TYPE_CHECKING:
    from wattswarm.forecast import Saved


def check_forecast(inputs: Inputs, names: Sequence[str]) -> None:
    """Refuse the policy without its model, and a model that no policy uses.

    Args:
        names: policies, empty for the panel that suits the scenario.

    Raises:
        InputError: one is given without the other.
    """
    if BY_FORECAST in names and inputs.forecast is None:
        raise InputError(
            "the policy plans on a model's forecasts, but no model is given",
            where="--policy",
            found=BY_FORECAST,
            expected="--forecast with the folder of wattswarm forecast",
            mend="train one: wattswarm forecast prices.csv --out forecasts",
        )
    if inputs.forecast is not None and names and BY_FORECAST not in names:
        raise InputError(
            "none of the policies uses the model",
            where="--forecast",
            found=", ".join(names),
            expected=f"--policy {BY_FORECAST} among them",
            mend=f"add --policy {BY_FORECAST} or leave --forecast out",
        )


def with_model(scenario: Scenario, saved: Saved, prices: Series, file: SeriesFile) -> Scenario:
    """Return the scenario with what a kept model expects of its prices; other policies see what they did.

    Raises:
        InputError: the model is of other prices, steps, clock or columns, does not reach a day ahead, or
            needs more history than the file has.
    """
    # No other policy needs forecasters.
    from wattswarm.outlook import beliefs_of, believing, refuse_unfit, with_forecasts

    record = saved.record_of(prices, file)
    refuse_unfit(scenario, saved.ask, record)
    told = with_forecasts(scenario, saved.model, record)
    return believing(told, ahead_fill=beliefs_of(scenario).ahead_fill)
