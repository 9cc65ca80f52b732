"""Runs a panel of policies and the bound over one scenario, with progress on what takes time."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from wattswarm.control import BASELINE, Policy, Run, policy, simulate
from wattswarm.plan import Bound, replayed, solve_in_hindsight
from wattswarm.world import Scenario


def run_panel(scenario: Scenario, names: Sequence[str], console: Console) -> tuple[list[Run], Bound]:
    """Run the policies of those names, the baseline among them, and solve the bound.

    Args:
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
        policies: list[Policy] = []
        for name in wanted:
            task = progress.add_task(name, total=1)
            policies.append(policy(name, scenario))
            progress.update(task, completed=1, visible=False)
        slow = [each for each in policies if not each.compiled]
        task = progress.add_task("perfect foresight", total=1)
        optimum = solve_in_hindsight(scenario)
        progress.update(task, completed=1)
        task = progress.add_task(f"{len(policies) - len(slow)} rules", total=1)
        # The optimal plan runs beside the rules: one compiled program serves them all.
        together = [*(each for each in policies if each.compiled), optimum.plan]
        *ruled, best = simulate(scenario, together, ages=True)
        progress.update(task, completed=1)
        runs = {run.policy: run for run in ruled}
        for each in slow:
            task = progress.add_task(each.name, total=scenario.steps)
            runs[each.name] = _one(scenario, each, progress, task)
    return [runs[each.name] for each in policies], replayed(optimum, best)


def _one(scenario: Scenario, slow: Policy, progress: Progress, task: TaskID) -> Run:
    def show(done: int, _total: int) -> None:
        progress.update(task, completed=done)

    return simulate(scenario, [slow], ages=True, progress=show)[0]
