"""The fleet of paper 003: its site and its decision problem."""
