from .clock import check_zone as check_zone
from .numbers import (
    UNREADABLE as UNREADABLE,
    read_numbers as read_numbers,
)
from .units import Quantity as Quantity
