"""What each command does once its options are read."""

from wattswarm.command.forecast.lines import forecast
from wattswarm.command.learn.lines import bench, study, train
from wattswarm.command.market.lines import clear, game
from wattswarm.command.site.lines import bound, compare, doctor, run

COMMANDS = (run, forecast, train, compare, bound, clear, game, doctor, bench, study)
"""Every command, in the order of `wattswarm --help`."""

__all__ = ["COMMANDS"]
