from .ahead import (
    AHEAD_H as AHEAD_H,
    HOURLY_H as HOURLY_H,
    Fill as Fill,
    believed_ahead as believed_ahead,
    forecast_ahead as forecast_ahead,
    known_ahead as known_ahead,
    sun_ahead as sun_ahead,
)
from .beliefs import Advice as Advice, Beliefs as Beliefs, beliefs_of as beliefs_of, believing as believing
from .expect import (
    refuse_unfit as refuse_unfit,
    with_forecasts as with_forecasts,
    with_load_forecasts as with_load_forecasts,
)
from .foresight import (
    Climatology as Climatology,
    DayAhead as DayAhead,
    Forecasted as Forecasted,
    Foresight as Foresight,
    Perfect as Perfect,
    Persistence as Persistence,
    WithArrivals as WithArrivals,
)
from .hints import (
    Hints as Hints,
    hint_columns as hint_columns,
    hinted_timeline as hinted_timeline,
    hints_of as hints_of,
)
from .known import Forecast as Forecast, Knowledge as Knowledge, Known as Known, known_of as known_of
from .outlook import Outlook as Outlook, hindsight as hindsight
