"""Wattswarm forecasts, prices, controls, trades and settles the energy of electric-vehicle charging."""

__version__ = "0.1.0"
