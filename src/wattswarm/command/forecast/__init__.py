"""The command about forecasts."""
