"""The study of paper 004: five actions, orders that are matched, what a table without a state can learn."""
