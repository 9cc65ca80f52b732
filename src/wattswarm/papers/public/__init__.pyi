from .problems import SimpleSpread as SimpleSpread
from .study import run_outside as run_outside
