"""Runs a panel of policies and the bound over one scenario, with progress on what takes time."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from wattswarm.command.site.expected import BY_FORECAST
from wattswarm.control import Guarded, Policy, Run, rule, rule_names, simulate
from wattswarm.errors import InputError
from wattswarm.learn import load_policy, trained_task
from wattswarm.learn.training import POLICY, read_header
from wattswarm.outlook import Climatology, DayAhead, Forecasted, Foresight, Perfect, Persistence, beliefs_of
from wattswarm.plan import Bound, ModelPredictive, replayed, solve_in_hindsight
from wattswarm.plan.search import plan_by_search
from wattswarm.search import Genetic, Pelican, Search, Swarm
from wattswarm.tasks import seen_by
from wattswarm.world import Scenario

FORESIGHTS: dict[str, type[Foresight]] = {
    "mpc-perfect": Perfect,
    BY_FORECAST: Forecasted,
    "mpc-dayahead": DayAhead,
    "mpc-climatology": Climatology,
    "mpc-persistence": Persistence,
}
SEARCHES: dict[str, type[Search]] = {"genetic": Genetic, "swarm": Swarm, "pelican": Pelican}
"""Planners that search each day in hindsight (ORACLE), for comparison with the exact bound."""
DEFAULT_MPC = ("mpc-dayahead", "mpc-climatology")
BASELINE = "uncontrolled"


def policy_names() -> tuple[str, ...]:
    """Return the name of every policy a command can run."""
    return (*rule_names(), *FORESIGHTS, *SEARCHES)


def default_names(scenario: Scenario) -> tuple[str, ...]:
    """Return the panel that suits a scenario: every rule, and MPC as far as its regime and files allow."""
    honest = [name for name in DEFAULT_MPC if name != "mpc-dayahead" or scenario.regime != "RT"]
    told = () if beliefs_of(scenario).prices is None else (BY_FORECAST,)
    return (*rule_names(), *honest, *told)


def check_names(names: Sequence[str]) -> None:
    """Refuse names that are neither a policy nor the folder of a trained one.

    Raises:
        InputError: for the first of them, with the name that was perhaps meant.
    """
    known = policy_names()
    for name in names:
        if is_trained(name):
            trained_on(name)
        elif name not in known:
            near = _meant(name, known)
            raise InputError(
                "there is no such policy",
                where="--policy",
                found=name,
                expected="the folder of a training, or one of " + ", ".join(known),
                mend=f"did you mean {near}?" if near else "choose one of these names",
            )


def is_trained(name: str) -> bool:
    """Return whether a name is that of a folder of a training, or of no policy but of some other folder."""
    return name not in policy_names() and Path(name).is_dir()


def trained_on(name: str) -> str:
    """Return the task that the policy in a folder was trained on.

    Raises:
        InputError: there is no policy in it, or a damaged one.
    """
    path = Path(name) / POLICY
    return trained_task(path, read_header(path))


def as_seen(scenario: Scenario, names: Sequence[str]) -> Scenario:
    """Return the scenario with the prices ahead laid out as the trained policies among the names see them."""
    for task in {trained_on(name) for name in names if is_trained(name)}:
        scenario = seen_by(task, scenario)
    return scenario


def _meant(name: str, known: Sequence[str]) -> str:
    """Return the policy whose initials or spelling come nearest, empty where none does."""
    initials = {"".join(word[0] for word in each.split("-")): each for each in known}
    close = difflib.get_close_matches(name.lower(), known, 1)
    return initials.get(name.lower(), close[0] if close else "")


def make_policy(name: str, scenario: Scenario) -> Policy:
    """Return the policy of that name for a scenario.

    Raises:
        InputError: there is none.
    """
    if name == "mpc-perfect":
        return ModelPredictive(Perfect(scenario))
    if name in FORESIGHTS:
        return ModelPredictive(FORESIGHTS[name]())
    if name in SEARCHES:
        planned = plan_by_search(scenario, SEARCHES[name](), np.random.default_rng(0)).policy
        return Guarded(planned, name=f"{name} search, hindsight")
    check_names([name])
    return load_policy(name, scenario, name=name) if is_trained(name) else rule(name)


def run_panel(scenario: Scenario, names: Sequence[str], console: Console) -> tuple[list[Run], Bound]:
    """Run the policies of those names, the baseline among them, and solve the bound.

    Args:
        scenario: where they run.
        names: policies.
        console: where progress is shown.

    Returns:
        The runs in the order of the names, the baseline first, and the bound.
    """
    wanted = [BASELINE, *[name for name in dict.fromkeys(names) if name != BASELINE]]
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    hidden = not console.is_terminal
    with Progress(
        *columns, TimeRemainingColumn(), console=console, transient=True, disable=hidden
    ) as progress:
        policies = []
        for name in wanted:
            task = progress.add_task(name, total=1)
            policies.append(make_policy(name, scenario))
            progress.update(task, completed=1, visible=False)
        slow = [policy for policy in policies if not policy.compiled]
        task = progress.add_task("perfect foresight", total=1)
        optimum = solve_in_hindsight(scenario)
        progress.update(task, completed=1)
        task = progress.add_task(f"{len(policies) - len(slow)} rules", total=1)
        # The optimal plan runs beside the rules: one compiled program serves them all.
        together = [*(policy for policy in policies if policy.compiled), optimum.plan]
        *ruled, best = simulate(scenario, together, ages=True)
        progress.update(task, completed=1)
        runs = {run.policy: run for run in ruled}
        for policy in slow:
            task = progress.add_task(policy.name, total=scenario.steps)
            runs[policy.name] = _one(scenario, policy, progress, task)
    return [runs[policy.name] for policy in policies], replayed(optimum, best)


def _one(scenario: Scenario, policy: Policy, progress: Progress, task: TaskID) -> Run:
    def show(done: int, _total: int) -> None:
        progress.update(task, completed=done)

    return simulate(scenario, [policy], ages=True, progress=show)[0]
