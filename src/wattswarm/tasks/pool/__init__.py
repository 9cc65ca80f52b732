"""The pool of stations of paper 002: its site and its decision problems."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
