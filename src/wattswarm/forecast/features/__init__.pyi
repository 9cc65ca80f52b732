from .origins import outcomes as outcomes
