"""One contract of every policy, what runs it through a scenario, and the catalogue of policies by name."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
