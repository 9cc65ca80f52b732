from .study import run_fusion as run_fusion
