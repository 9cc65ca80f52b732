"""Learners by gradient of what they earn: the PPO family, MADDPG, the analytic gradient."""
