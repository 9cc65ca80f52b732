"""The study of markets: every forecaster on real prices, one step, a path and a day ahead."""
