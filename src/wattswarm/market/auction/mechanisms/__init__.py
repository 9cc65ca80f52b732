"""Auction mechanisms, one a file."""
