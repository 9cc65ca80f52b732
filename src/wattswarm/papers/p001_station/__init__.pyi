from .study import run_station as run_station
