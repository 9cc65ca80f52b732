"""Learners of values: the Q family and tables."""
