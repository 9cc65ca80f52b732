"""Learners that plans teach: imitation, values from duals."""
