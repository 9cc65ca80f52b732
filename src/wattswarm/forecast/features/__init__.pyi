from .history import History as History
from .origins import outcomes as outcomes, training_origins as training_origins
