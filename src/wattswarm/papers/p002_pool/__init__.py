"""The study of paper 002: every way to train against the exact bound, planners and rules, on two regions."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
