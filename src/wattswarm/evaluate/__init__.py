"""How results are judged: the score F, statistics, baselines, splits, regions of real prices."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
