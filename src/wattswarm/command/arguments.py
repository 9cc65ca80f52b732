"""Options that several commands share, and how a record of options becomes a command's own signature."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import MISSING, fields
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

Seed = Annotated[int, typer.Option(help="Seed of everything that is generated.")]
Column = Annotated[str | None, typer.Option(help="Column, node or zone of the price file.")]
UnitName = Annotated[
    str | None, typer.Option("--unit", help="Unit of the prices where the file states none: EUR/MWh.")
]
Timezone = Annotated[
    str | None, typer.Option(help="IANA zone of times that state no offset: Europe/Amsterdam.")
]
Repair = Annotated[
    list[str] | None,
    typer.Option(help="A repair you allow: gaps, duplicates, range, missing, overlaps. Repeatable."),
]
Policies = Annotated[
    list[str] | None, typer.Option("--policy", help="A policy to run; all that suit by default. Repeatable.")
]
Records = Annotated[Path | None, typer.Option("--data", help="Folder of the records of east and west.")]
Quick = Annotated[bool, typer.Option("--quick", help="Little of everything, to see that it works.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON, and all else on stderr.")]


def options_of(
    record: type[Any], *, without: Collection[str] = ()
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a command take the fields of a record as its options and get them as one argument, its first.

    Args:
        record: dataclass whose fields carry Typer's annotations.
        without: fields that the command does not offer; they keep their defaults.

    Returns:
        Decorator of a command. A parameter of the command that is named like a field is offered in the
        field's place, and the record keeps its default.
    """
    hints = get_type_hints(record, include_extras=True)
    offered = {
        field.name: inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(record)
        if field.name not in without
    }

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        _, *own = inspect.signature(command, eval_str=True).parameters.values()
        named = {each.name: each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own}

        @wraps(command)
        def line(**given: Any) -> None:
            beside = {name: given.pop(name) for name in named}
            command(record(**given), **beside)

        parameters = (offered | named).values()
        line.__annotations__ = {each.name: each.annotation for each in parameters}
        line.__dict__["__signature__"] = inspect.Signature(list(parameters))
        return line

    return decorate
