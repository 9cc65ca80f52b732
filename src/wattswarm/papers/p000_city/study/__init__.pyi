from .study import run_city as run_city
