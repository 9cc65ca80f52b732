"""Games of charging: what vehicles do when the price answers to them, one game a file, with proven gaps."""

from wattswarm.market.game.anarchy import Anarchy, price_of_anarchy
from wattswarm.market.game.bands import Bands
from wattswarm.market.game.charging import ChargingGame, market_price, potential, vehicle_cost
from wattswarm.market.game.check import check_game
from wattswarm.market.game.competition import Competition, Stations, compete
from wattswarm.market.game.composite import composite_price, mean_load_kw
from wattswarm.market.game.equilibrium import Equilibrium, nash_equilibrium, wardrop_equilibrium
from wattswarm.market.game.limits import SharedLimits, no_limits, transformer_limit
from wattswarm.market.game.needs import Needs
from wattswarm.market.game.newton import GameSolution, solve_game
from wattswarm.market.game.stackelberg import Followers, Leadership, Operator, demand, lead
from wattswarm.market.game.verify import KktResidual, kkt_residual, payments, regret
from wattswarm.market.game.water_filling import Filling, water_fill

__all__ = [
    "Anarchy",
    "Bands",
    "ChargingGame",
    "Competition",
    "Equilibrium",
    "Filling",
    "Followers",
    "GameSolution",
    "KktResidual",
    "Leadership",
    "Needs",
    "Operator",
    "SharedLimits",
    "Stations",
    "check_game",
    "compete",
    "composite_price",
    "demand",
    "kkt_residual",
    "lead",
    "market_price",
    "mean_load_kw",
    "nash_equilibrium",
    "no_limits",
    "payments",
    "potential",
    "price_of_anarchy",
    "regret",
    "solve_game",
    "transformer_limit",
    "vehicle_cost",
    "wardrop_equilibrium",
    "water_fill",
]
