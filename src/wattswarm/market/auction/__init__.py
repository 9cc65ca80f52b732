"""Auctions of energy and charging slots, one mechanism a file: a book of orders in, a clearing out."""

from wattswarm.market.auction.book import Book, Clearing, book_of, check_orders
from wattswarm.market.auction.uniform import clear_uniform
from wattswarm.market.auction.vickrey import clear_slots

__all__ = ["Book", "Clearing", "book_of", "check_orders", "clear_slots", "clear_uniform"]
