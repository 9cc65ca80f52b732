from .contest import chosen_contests as chosen_contests
from .run import run_markets as run_markets
