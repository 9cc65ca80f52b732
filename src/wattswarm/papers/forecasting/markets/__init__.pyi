from .run import run_markets as run_markets
