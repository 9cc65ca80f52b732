"""What learners are made of: networks, mixers, replay, returns, schedules."""
