"""Plans made by searches without gradients: the decoder, and candidates judged in the world itself."""

from wattswarm.plan.search.planner import Plan, carry_out, plan_by_search

__all__ = ["Plan", "carry_out", "plan_by_search"]
