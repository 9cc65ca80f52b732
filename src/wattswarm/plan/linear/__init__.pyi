from .assembly import Assembly as Assembly, LinearProgram as LinearProgram
from .program import build_program as build_program
from .shadow import shadow_prices as shadow_prices
from .solver import Solver as Solver, minimise as minimise, solve_exactly as solve_exactly
