"""Studies of auctions and of paper 003's price."""
