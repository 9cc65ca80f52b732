"""Settings of forecasters found by search: the pelican of 001 beside chance and TPE at equal budgets."""

from wattswarm.forecast.tuning.space import Choice, Integer, Real, Settings, Space, Value
from wattswarm.forecast.tuning.spaces import tunable_names, usual_space
from wattswarm.forecast.tuning.trials import Trial
from wattswarm.forecast.tuning.tune import Allowance, Objective, Tuning, method_names, one_by_one, tune
from wattswarm.forecast.tuning.validation import Validation, tune_forecaster

__all__ = [
    "Allowance",
    "Choice",
    "Integer",
    "Objective",
    "Real",
    "Settings",
    "Space",
    "Trial",
    "Tuning",
    "Validation",
    "Value",
    "method_names",
    "one_by_one",
    "tunable_names",
    "tune",
    "tune_forecaster",
    "usual_space",
]
