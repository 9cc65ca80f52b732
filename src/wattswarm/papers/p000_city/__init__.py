"""Paper 000: a city of vehicles and stations that learn by tables."""
