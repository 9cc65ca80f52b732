from .checkpoint import read_header as read_header
from .collect import (
    RolloutState as RolloutState,
    evaluate as evaluate,
    rollout as rollout,
    rollout_from as rollout_from,
    start_rollout as start_rollout,
)
from .files import METRICS as METRICS, POLICY as POLICY
from .record import Record as Record, Trained as Trained
from .round import train_step as train_step
from .runner import Progress as Progress, Stop as Stop, train as train, training_bytes as training_bytes
from .supervised import train_supervised as train_supervised
