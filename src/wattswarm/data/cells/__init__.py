"""Cells of a file: numbers, times, units, names, and what is wrong with them."""
