from .q_learning import QLearning as QLearning
from .qmix import Qmix as Qmix
from .tabular import Tabular as Tabular, TabularState as TabularState
