"""The world as a linear program: put together, solved, and read back."""
