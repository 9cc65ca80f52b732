"""The station as the study sees it: places, days, beliefs, weights, and what paper 001 prints."""
