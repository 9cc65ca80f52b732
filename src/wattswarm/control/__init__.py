"""One contract of every policy, what runs it through a scenario, and the catalogue of policies by name."""
