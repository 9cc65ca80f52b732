"""Supervised learners: imitation of a planner, values from duals."""
