"""How fast the world, its gradient and its planners are on this machine, for anyone to repeat."""

from wattswarm.bench.cases import CASES, Case, Prepared
from wattswarm.bench.learning import Training
from wattswarm.bench.run import Result, print_results, run_bench, save_results

__all__ = ["CASES", "Case", "Prepared", "Result", "Training", "print_results", "run_bench", "save_results"]
