"""The charging station of paper 001: its site and its decision problem."""
