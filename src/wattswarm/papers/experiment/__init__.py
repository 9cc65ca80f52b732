"""The engine of every study: kept parts, trainings with their evaluation, processes, the written page."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
