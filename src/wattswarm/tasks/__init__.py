"""The world as decision problems: who acts, what they see, may do and are paid.

The faces for Gymnasium and PettingZoo are in `tasks.gymnasium` and `tasks.pettingzoo`, which need
`wattswarm[gym]`.
"""

from wattswarm.tasks.hub import Hub
from wattswarm.tasks.pool.site import pool_scenario, pool_site
from wattswarm.tasks.pool.task import LiteralPool, SoundPool, literal_pool, sound_pool
from wattswarm.tasks.rollout import batch_rollout, play, rollout
from wattswarm.tasks.setting import Setting, setting
from wattswarm.tasks.space import Space
from wattswarm.tasks.station.site import (
    StationPreset,
    station_presets,
    station_scenario,
    station_site,
    transformer_limit_kw,
)
from wattswarm.tasks.station.task import LiteralStation, SoundStation, literal_station
from wattswarm.tasks.task import EnvState, Observation, Task, Timestep

__all__ = [
    "EnvState",
    "Hub",
    "LiteralPool",
    "LiteralStation",
    "Observation",
    "Setting",
    "SoundPool",
    "SoundStation",
    "Space",
    "StationPreset",
    "Task",
    "Timestep",
    "batch_rollout",
    "literal_pool",
    "literal_station",
    "play",
    "pool_scenario",
    "pool_site",
    "rollout",
    "setting",
    "sound_pool",
    "station_presets",
    "station_scenario",
    "station_site",
    "transformer_limit_kw",
]
