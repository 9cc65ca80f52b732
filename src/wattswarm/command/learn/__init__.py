"""The commands about learners, studies and speed."""
