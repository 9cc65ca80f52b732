"""The world as decision problems: who acts, what they see, may do and are paid.

The faces for Gymnasium and PettingZoo are in `tasks.gymnasium` and `tasks.pettingzoo`, which need
`wattswarm[gym]`.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
