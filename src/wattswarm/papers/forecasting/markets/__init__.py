"""The study of markets: every forecaster on real prices, one step, a path and a day ahead."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
