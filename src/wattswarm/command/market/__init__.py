"""The commands about markets."""
