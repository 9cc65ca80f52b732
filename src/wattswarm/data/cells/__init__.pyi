from .clock import check_zone as check_zone
from .numbers import UNREADABLE as UNREADABLE, read_numbers as read_numbers, take_rows as take_rows
from .stamps import read_clock as read_clock, to_instants as to_instants
from .units import Quantity as Quantity
