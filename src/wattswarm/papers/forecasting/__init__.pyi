from .epf import run_epf as run_epf
from .tuning import run_tuning as run_tuning
