from .checkpoint import read_header as read_header
from .collect import (
    Walk as Walk,
    evaluate as evaluate,
    fresh_walk as fresh_walk,
    rollout as rollout,
    set_out as set_out,
)
from .files import (
    METRICS as METRICS,
    POLICY as POLICY,
)
from .record import (
    Record as Record,
    Trained as Trained,
)
from .round import train_step as train_step
from .runner import (
    Progress as Progress,
    Stop as Stop,
    train as train,
    training_bytes as training_bytes,
)
from .teaching import teach as teach
