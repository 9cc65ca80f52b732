from .problems import SimpleSpread as SimpleSpread
from .study import (
    entries_of as entries_of,
    run_outside as run_outside,
)
