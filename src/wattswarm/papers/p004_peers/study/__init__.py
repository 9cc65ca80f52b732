"""The study of paper 004: five actions, orders that are matched, what a table without a state can learn."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
