"""How results are judged: the score F, statistics, yardsticks, splits, regions of real prices."""
