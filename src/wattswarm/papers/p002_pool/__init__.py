"""The study of paper 002: every way to train against the exact bound, planners and rules, on two regions."""
