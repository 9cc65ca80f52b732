"""What will happen: forecasts of prices, load, sun and arrivals, with honest uncertainty."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
