"""Who sets prices in games of charging: an operator that leads, stations that compete, a composite price."""
