from .run import run_fusion as run_fusion
