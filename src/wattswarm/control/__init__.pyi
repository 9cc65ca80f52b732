from .catalogue import (
    BASELINE as BASELINE,
    BY_FORECAST as BY_FORECAST,
    PolicyEntry as PolicyEntry,
    as_seen as as_seen,
    check_names as check_names,
    default_names as default_names,
    describe as describe,
    is_trained as is_trained,
    policy as policy,
    policy_names as policy_names,
    rule as rule,
    rule_names as rule_names,
)
from .contract import (
    CompiledPolicy as CompiledPolicy,
    Policy as Policy,
    PolicyWrapper as PolicyWrapper,
    requests as requests,
)
from .guard import Guarded as Guarded
from .laxity import (
    laxity_steps as laxity_steps,
    missing_kw as missing_kw,
    must_kw as must_kw,
    spare_kw as spare_kw,
)
from .runner import Run as Run, simulate as simulate
