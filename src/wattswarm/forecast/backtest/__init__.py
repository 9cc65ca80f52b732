"""Forecasts as they would have been made, and how far off they were."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
