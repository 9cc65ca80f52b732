"""What came out: policies compared, as figures, tables, a summary for programs and a page for people."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
