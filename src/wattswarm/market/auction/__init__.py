"""Auctions of energy and charging slots, one mechanism a file: a book of orders in, a clearing out."""

from wattswarm.market.auction.book import Book, Clearing, book_of, check_orders, traded
from wattswarm.market.auction.mechanisms.bidding import Wants, bid_in_turn, worth
from wattswarm.market.auction.mechanisms.continuous import clear_continuous
from wattswarm.market.auction.mechanisms.halves import clear_halves
from wattswarm.market.auction.mechanisms.mcafee import clear_mcafee
from wattswarm.market.auction.mechanisms.mid_market import clear_at, clear_mid_market, clear_ratio
from wattswarm.market.auction.mechanisms.network_charge import AreaClearing, clear_areas, clear_through_hub
from wattswarm.market.auction.mechanisms.packages import Offer, Packages, Wishes, allocate_packages
from wattswarm.market.auction.mechanisms.progressive import clear_progressive
from wattswarm.market.auction.mechanisms.trade_reduction import clear_reduced
from wattswarm.market.auction.mechanisms.uniform import clear_uniform
from wattswarm.market.auction.mechanisms.vcg import clear_vcg
from wattswarm.market.auction.mechanisms.vickrey import clear_slots
from wattswarm.market.auction.registry import MECHANISMS, Mechanism, Terms, check_kind
from wattswarm.market.auction.verify import best_misreport, budget_surplus
from wattswarm.market.auction.welfare import most_welfare, program_welfare, welfare

__all__ = [
    "MECHANISMS",
    "AreaClearing",
    "Book",
    "Clearing",
    "Mechanism",
    "Offer",
    "Packages",
    "Terms",
    "Wants",
    "Wishes",
    "allocate_packages",
    "best_misreport",
    "bid_in_turn",
    "book_of",
    "budget_surplus",
    "check_kind",
    "check_orders",
    "clear_areas",
    "clear_at",
    "clear_continuous",
    "clear_halves",
    "clear_mcafee",
    "clear_mid_market",
    "clear_progressive",
    "clear_ratio",
    "clear_reduced",
    "clear_slots",
    "clear_through_hub",
    "clear_uniform",
    "clear_vcg",
    "most_welfare",
    "program_welfare",
    "traded",
    "welfare",
    "worth",
]
