"""Policies that learn: one file an algorithm, one contract, one runner."""
