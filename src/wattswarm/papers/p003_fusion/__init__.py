"""The study of paper 003: forecasts, a game of prices and learned control of a fleet, alone and fused."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
