from .run import run_city as run_city
