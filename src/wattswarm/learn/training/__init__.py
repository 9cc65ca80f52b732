"""What trains any learner on any problem: play, updates, files to go on from."""
