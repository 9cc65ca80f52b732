from .site import pool_scenario as pool_scenario
from .task import hour_by_hour as hour_by_hour
