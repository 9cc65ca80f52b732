from .baselines import (
    BOUND as BOUND,
    NO_FLEXIBILITY as NO_FLEXIBILITY,
    baseline_profits as baseline_profits,
    fingerprint as fingerprint,
    usual_price as usual_price,
)
from .judging import Judged as Judged, judge as judge
from .regions import Region as Region
from .score import (
    flexibility_score as flexibility_score,
    flexibility_scores as flexibility_scores,
    percent_of_bound as percent_of_bound,
    pooled_score as pooled_score,
    rounding as rounding,
    score_interval as score_interval,
)
from .split import (
    END as END,
    FIRST as FIRST,
    Role as Role,
    days_of as days_of,
    month_days as month_days,
    months_of as months_of,
)
from .statistics import (
    Interval as Interval,
    interquartile_mean as interquartile_mean,
    interval as interval,
    probability_of_improvement as probability_of_improvement,
    summarise as summarise,
)
from .task_splits import (
    TaskSplits as TaskSplits,
    region_of as region_of,
    splits_of_region as splits_of_region,
    splits_of_task as splits_of_task,
)
