"""From the bytes of a file to checked columns: text, numbers, units, clocks, and the defects on the way."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
