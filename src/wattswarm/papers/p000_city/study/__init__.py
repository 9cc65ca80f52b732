"""The study of paper 000: a city of vehicles that learn by tables, over several kinds of payment."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
