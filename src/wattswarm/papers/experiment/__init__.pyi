from .figures import Curve as Curve, canvas as canvas, draw_curves as draw_curves
from .folder import (
    Study as Study,
    cached as cached,
    cached_arrays as cached_arrays,
    digest_of as digest_of,
    plain_name as plain_name,
    record_file as record_file,
    refuse_other_study as refuse_other_study,
)
from .online import episode_seconds as episode_seconds
from .options import Options as Options, Tell as Tell
from .page import (
    bullets as bullets,
    chapter as chapter,
    image as image,
    interval_words as interval_words,
    made_with as made_with,
    seeds_words as seeds_words,
    table as table,
    training_times as training_times,
    wrap as wrap,
    write_page as write_page,
)
from .parts import (
    CachedPart as CachedPart,
    Part as Part,
    announce as announce,
    complete as complete,
    undone as undone,
)
from .shared_actor import SharedActor as SharedActor
from .trainings import (
    Changes as Changes,
    Evaluation as Evaluation,
    TrainedPolicies as TrainedPolicies,
    Training as Training,
    learn_by_trying as learn_by_trying,
    trained as trained,
)
from .workers import spread_work as spread_work
