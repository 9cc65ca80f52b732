from .ask import Ask as Ask, day_ahead as day_ahead, next_day as next_day, one_step as one_step
from .contract import LEVELS as LEVELS, Forecast as Forecast, Forecaster as Forecaster, Model as Model
from .files import (
    FILE as FILE,
    Saved as Saved,
    load_model as load_model,
    packed as packed,
    save_model as save_model,
)
from .reading import read_record as read_record
from .record import Known as Known, Record as Record
from .registry import (
    ForecasterEntry as ForecasterEntry,
    forecaster as forecaster,
    forecaster_names as forecaster_names,
)
from .state import ModelState as ModelState
