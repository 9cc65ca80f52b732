from .learning import CityProblem as CityProblem, q_learning as q_learning
from .presets import paper as paper
from .settings import Battery as Battery, Tariff as Tariff
