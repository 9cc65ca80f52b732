"""Policies that learn: one file an algorithm, one contract, one runner."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
