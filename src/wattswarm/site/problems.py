"""Mistakes of a site file, gathered so that a person can mend them in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wattswarm.errors import InputError

FieldPath = tuple[str | int, ...]

_MOST = 10


@dataclass(frozen=True)
class Problem:
    """One mistake."""

    path: FieldPath
    """The field, from the root of the file: `("stations", 1, "ports", 0, "power_kw")`."""
    what: str
    """The mistake in plain words."""
    found: object = None
    """The offending value."""
    expected: str = ""
    """What would have been right."""
    mend: str = ""
    """What to do about it."""


def spoken(path: FieldPath) -> str:
    """Return a field path as a person writes it: `stations[1].ports[0].power_kw`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def problems_error(
    problems: Sequence[Problem], name: str, lines: Mapping[FieldPath, int] | None = None
) -> InputError:
    """Return one error that lists up to ten problems.

    Args:
        name: the file's name, or the site's where there is no file.
        lines: line of each field, counted from 1; None where there is no file.
    """
    if lines is not None:
        problems = sorted(problems, key=lambda problem: _line(problem.path, lines))
    errors = [_error(problem, name, lines) for problem in problems[:_MOST]]
    if len(problems) == 1:
        return errors[0]
    listed = [f"{len(problems)} problems"]
    listed += ["  " + str(error).replace("\n", "\n  ") for error in errors]
    if len(problems) > _MOST:
        listed.append(f"  and {len(problems) - _MOST} more")
    return InputError("\n".join(listed), where=name)


def _error(problem: Problem, name: str, lines: Mapping[FieldPath, int] | None) -> InputError:
    where = name if lines is None else f"{name}:{_line(problem.path, lines)}"
    if problem.path:
        where += f", {spoken(problem.path)}"
    found = problem.found
    if found is not None and len(text := str(found)) > 80:
        found = text[:77] + "..."
    return InputError(problem.what, where=where, found=found, expected=problem.expected, mend=problem.mend)


def _line(path: FieldPath, lines: Mapping[FieldPath, int]) -> int:
    """Return the line of a field, or of the nearest part around it that is in the file."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)
