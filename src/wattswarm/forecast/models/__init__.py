"""Forecasters, one file a model."""
