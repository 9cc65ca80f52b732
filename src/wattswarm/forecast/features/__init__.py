"""What a forecast may look at: only what is known at its origin."""
