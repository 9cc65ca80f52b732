from .study import run_pool as run_pool
