from .run import run_contracts as run_contracts
