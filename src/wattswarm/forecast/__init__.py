"""What will happen: forecasts of prices, load, sun and arrivals, with honest uncertainty."""
