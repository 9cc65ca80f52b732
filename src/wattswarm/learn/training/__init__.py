"""What trains any learner on any problem: play, updates, files to go on from."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
