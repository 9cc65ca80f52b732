"""What every command does at a terminal: progress, paths that the user named, stopping."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
