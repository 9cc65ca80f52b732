"""Networks as forecasters: closed windows of the past in, mean and quantiles of each step ahead out."""

from wattswarm.forecast.neural.forecaster import Neural, NeuralModel, fit_together, shape_of

__all__ = ["Neural", "NeuralModel", "fit_together", "shape_of"]
