"""The study of paper 000: a city of vehicles that learn by tables, over several kinds of payment."""
