from .kept import (
    kept_json as kept_json,
    refuse_other_study as refuse_other_study,
)
from .names import (
    digest_of as digest_of,
    plain_name as plain_name,
)
from .online import episode_seconds as episode_seconds
from .shared_actor import SharedActor as SharedActor
from .workers import spread_work as spread_work
