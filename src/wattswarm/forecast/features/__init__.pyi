from .origins import (
    outcomes as outcomes,
    training_origins as training_origins,
)
from .sight import Sight as Sight
