"""Plans made by searches without gradients: the decoder, and candidates judged in the world itself."""

from wattswarm.plan.search.planner import Plan, plan_by_search

__all__ = ["Plan", "plan_by_search"]
