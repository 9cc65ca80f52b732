from .contract import Action as Action, Actor as Actor, Key as Key, Learner as Learner
from .problem import Layout as Layout, Problem as Problem, TaskProblem as TaskProblem
from .registry import (
    LearnerEntry as LearnerEntry,
    any_learner as any_learner,
    is_supervised as is_supervised,
    learner as learner,
    learner_names as learner_names,
    needs_grid as needs_grid,
    read_settings as read_settings,
    settings as settings,
    supervised_learner as supervised_learner,
)
from .supervised import SupervisedLearner as SupervisedLearner, TrainingSet as TrainingSet
from .trained import (
    TrainedPolicy as TrainedPolicy,
    about_task as about_task,
    load_policy as load_policy,
    trained_on as trained_on,
)
