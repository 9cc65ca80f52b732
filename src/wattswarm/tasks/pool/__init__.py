"""The pool of stations of paper 002: its site and its decision problems."""
