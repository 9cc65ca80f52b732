"""The words of a report, explained for a reader new to them."""

from __future__ import annotations

GLOSSARY = (
    (
        "Policy",
        (
            "The rule, plan or trained controller that decides when each vehicle and storage charges or "
            "discharges."
        ),
    ),
    (
        "Uncontrolled",
        "Every vehicle charges at full power from plug-in until it has what was asked for; storages rest. "
        "It uses no flexibility and is the yardstick for all others.",
    ),
    ("Profit", "All incomes less all costs, battery wear, rewards and the fine for unmet energy included."),
    (
        "Energy cost",
        "What the grid bills: energy bought and the demand charge, less what sold energy earned.",
    ),
    (
        "Perfect foresight (the bound)",
        "The best that anyone could have done with every price, arrival and hour of sun known in advance. "
        "Computed exactly; nobody can reach it in earnest and nothing may exceed it.",
    ),
    (
        "Flexibility score F",
        "The share of the gain of perfect foresight that a policy earns: 0 is no better than the baseline, "
        "1 is perfect, below 0 is worse than doing nothing.",
    ),
    (
        "Percent of bound",
        "A policy's profit over that of perfect foresight; where both are losses, the other way round. It "
        "flatters, since most profit comes without any cleverness; F does not.",
    ),
    (
        "Must-run",
        "The power a vehicle has to draw now so that what it asked for stays in reach. It is drawn "
        "whatever a policy asks for, as far as the limits allow.",
    ),
    (
        "Feasible, unmet",
        "Feasible is what a vehicle could have charged while plugged in if it had its port to itself. "
        "Unmet is what was feasible and asked for, and missing at departure.",
    ),
    (
        "Delivered",
        "Energy asked for that was in the battery at departure. Cost per delivered kWh is energy cost, "
        "wear and rewards over it; what the building uses is part of the cost.",
    ),
    (
        "Fairness",
        "Jain's index of the share that each driver got of what they asked: 1 when all got the same share, "
        "1/n when one of n got everything.",
    ),
    (
        "Violation",
        (
            "A step in which a board, transformer or the grid connection carried more than its limit, or a "
            "bus of the feeder left its voltage band. There must be none."
        ),
    ),
    (
        "Storage cycles and loss",
        "Cycles are full charges and discharges worth of energy over the horizon. Loss is the capacity "
        "that new storages would lose in a first year that repeats it, by two published cell models that "
        "differ.",
    ),
)
