"""The layers of the fleet's study: beliefs, games, places, outcomes, fronts."""
