"""The station as the study sees it: places, days, beliefs, weights, and what paper 001 prints."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
