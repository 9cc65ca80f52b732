"""The study of paper 001: the anticipatory station on exchange prices, theirs beside ours."""
