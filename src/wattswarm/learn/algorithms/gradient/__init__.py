"""Learners by gradient of what they earn: the PPO family, MADDPG, the analytic gradient."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
