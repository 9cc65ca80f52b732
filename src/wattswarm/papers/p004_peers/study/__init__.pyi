from .study import run_contracts as run_contracts
