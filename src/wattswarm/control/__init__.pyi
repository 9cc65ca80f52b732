from .catalogue import (
    rule as rule,
    rule_names as rule_names,
)
from .guard import Guarded as Guarded
from .laxity import (
    laxity_steps as laxity_steps,
    missing_kw as missing_kw,
    must_kw as must_kw,
    spare_kw as spare_kw,
)
from .policy import (
    CompiledPolicy as CompiledPolicy,
    Policy as Policy,
    PolicyWrapper as PolicyWrapper,
    requests as requests,
)
from .runner import (
    Run as Run,
    simulate as simulate,
)
