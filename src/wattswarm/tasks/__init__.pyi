from .battery_view import PRICE_BOUND as PRICE_BOUND
from .episodes import play as play, play_bank as play_bank, rollout as rollout
from .hub import Hub as Hub
from .place import Setting as Setting, setting as setting
from .pool.site import pool_scenario as pool_scenario, pool_site as pool_site
from .pool.task import (
    LiteralPool as LiteralPool,
    SoundPool as SoundPool,
    literal_pool as literal_pool,
    sound_pool as sound_pool,
)
from .registry import (
    TaskEntry as TaskEntry,
    make_task as make_task,
    scenario_for_task as scenario_for_task,
    task_entry as task_entry,
    task_names as task_names,
)
from .scaling import scales as scales, with_scales as with_scales
from .shaping import GAMMA as GAMMA, shaped as shaped
from .space import Space as Space, spaces_of as spaces_of
from .station.site import (
    station_scenario as station_scenario,
    station_site as station_site,
    transformer_limit_kw as transformer_limit_kw,
)
from .station.task import (
    LiteralStation as LiteralStation,
    SoundStation as SoundStation,
    literal_station as literal_station,
)
from .task import (
    EnvState as EnvState,
    Features as Features,
    Observation as Observation,
    Task as Task,
    Timestep as Timestep,
)
