"""Studies of forecasts: markets, published forecasts, tuning."""
