from .contract import (
    Act as Act,
    Learner as Learner,
)
from .problem import (
    Layout as Layout,
    Problem as Problem,
    Seen as Seen,
    TaskProblem as TaskProblem,
    Turn as Turn,
)
from .registry import (
    LearnerEntry as LearnerEntry,
    any_learner as any_learner,
    is_taught as is_taught,
    learner as learner,
    learner_names as learner_names,
    needs_grid as needs_grid,
    read_settings as read_settings,
    settings as settings,
    taught as taught,
)
from .teachable import (
    Lesson as Lesson,
    Taught as Taught,
)
from .trained import (
    Actor as Actor,
    TrainedPolicy as TrainedPolicy,
    about_task as about_task,
    load_policy as load_policy,
    trained_on as trained_on,
)
