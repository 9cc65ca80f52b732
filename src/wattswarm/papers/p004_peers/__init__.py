"""Paper 004: vehicles that charge, discharge, idle, sell and buy."""
