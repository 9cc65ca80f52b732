"""What learners are made of: networks, mixers, replay, returns, schedules."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
