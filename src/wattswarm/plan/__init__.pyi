from .advice import Adviser as Adviser, advised as advised
from .bound import (
    Bound as Bound,
    perfect_foresight as perfect_foresight,
    replayed as replayed,
    solve_in_hindsight as solve_in_hindsight,
)
from .hours_ahead import (
    Beliefs as Beliefs,
    HoursAhead as HoursAhead,
    best_now as best_now,
    usual as usual,
    worth_now as worth_now,
)
from .mpc import ModelPredictive as ModelPredictive
from .priced import Priced as Priced
from .rolling_game import RollingGame as RollingGame
from .scheduled import Scheduled as Scheduled
from .worth import best_requests as best_requests, put_off_for as put_off_for
