from .ppo import Ppo as Ppo
