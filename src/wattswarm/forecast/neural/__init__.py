"""Networks as forecasters: closed windows of the past in, mean and quantiles of each step ahead out."""

from wattswarm.forecast.neural.epochs import Members, Samples, TrainingSettings, train
from wattswarm.forecast.neural.forecaster import Neural, NeuralModel, fit_together, shape_of
from wattswarm.forecast.neural.networks import OUTPUTS, Design
from wattswarm.forecast.neural.population import fit_population

__all__ = [
    "OUTPUTS",
    "Design",
    "Members",
    "Neural",
    "NeuralModel",
    "Samples",
    "TrainingSettings",
    "fit_population",
    "fit_together",
    "shape_of",
    "train",
]
