"""Forecasts as they would have been made, and how far off they were."""
