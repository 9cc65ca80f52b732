"""Cells of a file: numbers, times, units, names, and what is wrong with them."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
