"""The commands about sites and their files."""
