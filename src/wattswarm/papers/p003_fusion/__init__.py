"""The study of paper 003: forecasts, a game of prices and learned control of a fleet, alone and fused."""
