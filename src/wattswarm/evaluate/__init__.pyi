from .baselines import (
    BOUND as BOUND,
    NO_FLEXIBILITY as NO_FLEXIBILITY,
    fingerprint as fingerprint,
    usual_price as usual_price,
    yardsticks as yardsticks,
)
from .curriculum import (
    Course as Course,
    course as course,
    region_course as region_course,
    region_of as region_of,
)
from .intervals import middle as middle
from .judging import (
    Judged as Judged,
    judge as judge,
)
from .pooled import (
    pooled_score as pooled_score,
    score_interval as score_interval,
)
from .regions import Region as Region
from .roles import (
    END as END,
    FIRST as FIRST,
    Role as Role,
    days_of as days_of,
    months_of as months_of,
)
from .split import month_days as month_days
from .statistics import (
    Interval as Interval,
    flexibility_scores as flexibility_scores,
    interquartile_mean as interquartile_mean,
    interval as interval,
    probability_of_improvement as probability_of_improvement,
)
