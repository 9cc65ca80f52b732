from .run import run_station as run_station
