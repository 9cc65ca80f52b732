from .conformal import widen as widen
from .differences import daily_losses as daily_losses, diebold_mariano as diebold_mariano
from .measures import mae as mae, measure as measure, rmae as rmae, rmse as rmse, smape as smape
from .report import (
    ScoredModel as ScoredModel,
    apart as apart,
    forecasts_csv as forecasts_csv,
    judge as judge,
    summary as summary,
    yardstick as yardstick,
)
from .rolling import (
    Result as Result,
    Span as Span,
    backtest as backtest,
    check_span as check_span,
    latest_margins as latest_margins,
    mean_of as mean_of,
)
from .splitting import local_day as local_day, split as split
