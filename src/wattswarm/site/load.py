"""Load a site file: YAML to a checked `Site`, with every mistake named by line and field."""

from __future__ import annotations

import json
import os
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_origin
from zoneinfo import available_timezones

from pydantic import BaseModel, ValidationError

from wattswarm.errors import InputError, nearest
from wattswarm.site.check import site_problems
from wattswarm.site.document import read_document
from wattswarm.site.hints import did_you_mean, number_expected, number_meant, one_of
from wattswarm.site.problems import FieldPath, Problem, problems_error
from wattswarm.site.schema import Site

_MOST_BYTES = 1_000_000
_BOUNDS = {
    "greater_than": ("too small", "more than", "gt"),
    "greater_than_equal": ("too small", "at least", "ge"),
    "less_than": ("too large", "less than", "lt"),
    "less_than_equal": ("too large", "at most", "le"),
    "too_short": ("the list is too short", "at least", "min_length"),
    "too_long": ("the list is too long", "at most", "max_length"),
    "string_too_short": ("the text is too short", "letters: at least", "min_length"),
    "string_too_long": ("the text is too long", "letters: at most", "max_length"),
}


def load_site(path: str | os.PathLike[str]) -> Site:
    """Load and check a site file.

    Args:
        path: a YAML 1.2 file in UTF-8, at most 1 MB.

    Raises:
        InputError: the file cannot be read, or holds mistakes (up to ten are listed).
    """
    file = Path(path)
    if file.is_dir():
        raise InputError("this is a directory", where=str(file), expected="a site file in YAML")
    try:
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise InputError("there is no such file", where=str(file), mend=_near_files(file)) from None
    except OSError as error:
        raise InputError("the file cannot be read", where=str(file), found=error.strerror) from None
    if len(content) > _MOST_BYTES:
        raise InputError("the file is too large for a site", where=str(file), expected="at most 1 MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            "this byte is not valid UTF-8",
            where=f"{file}:{line}",
            found=f"0x{content[error.start]:02x}",
            expected="a text file in UTF-8",
        ) from None
    return parse_site(text, str(file))


def parse_site(text: str, name: str) -> Site:
    """Read and check the text of a site file.

    Raises:
        InputError: the text holds mistakes (up to ten are listed, each with its line).
    """
    document = read_document(text, name)
    try:
        # Strict JSON takes lists for tuples and integers for floats, but no text or boolean for a number.
        site = Site.model_validate_json(json.dumps(document.data), strict=True)
    except ValidationError as error:
        raise problems_error(_field_problems(error), name, document.lines) from None
    problems = site_problems(site)
    if problems:
        raise problems_error(problems, name, document.lines)
    return site


def _near_files(file: Path) -> str:
    try:
        names = [each.name for each in file.parent.iterdir()]
    except OSError:
        return f"there is no directory {file.parent} either"
    near = nearest(file.name, names, 3)
    return f"did you mean {' or '.join(near)}?" if near else ""


def _field_problems(error: ValidationError) -> list[Problem]:
    """Say pydantic's errors in the trade's words; a misspelt field is one mistake, not also a missing one."""
    details = error.errors(include_url=False)
    missing = {tuple(each["loc"]) for each in details if each["type"] == "missing"}
    problems, explained = [], set()
    for each in details:
        if each["type"] == "too_short" and len(each["input"]) >= each["ctx"]["min_length"]:
            continue  # only because its members have problems of their own
        path: FieldPath = tuple(each["loc"])
        if each["type"] == "extra_forbidden":
            known = _fields_at(path[:-1])
            absent = {str(gap[-1]) for gap in missing if gap[:-1] == path[:-1]}
            near = next(iter(nearest(str(path[-1]), absent) or nearest(str(path[-1]), known)), "")
            explained.add((*path[:-1], near))
            problems.append(_unknown_field(path, each["input"], near, known))
        elif each["type"] != "missing":
            problems.append(_bad_value(path, each["type"], each["input"], each.get("ctx", {}), each["msg"]))
    for path in missing - explained:
        what = f"the field {path[-1]} is missing"
        problems.append(Problem(path, what, expected=_expected_at(path)))
    return problems


def _unknown_field(path: FieldPath, found: object, near: str, known: list[str]) -> Problem:
    shown = f"{path[-1]}: {found}" if isinstance(found, str | int | float) else path[-1]
    mend = f"did you mean {near!r}?" if near else ""
    if near and (number := number_meant(near, found)):
        mend = f"did you mean `{near}: {number}`?"
    return Problem(path, "there is no such field here", shown, one_of(known), mend)


def _bad_value(
    path: FieldPath, kind: str, found: object, context: Mapping[str, Any], message: str
) -> Problem:
    field = next((step for step in reversed(path) if isinstance(step, str)), "")
    shown = found if isinstance(found, str | int | float) else None
    if found is None:
        what = "the field is empty"
        return Problem(path, what, None, _expected_at(path), "give it a value or leave the line out")
    if kind in _BOUNDS:
        what, words, key = _BOUNDS[kind]
        percent = isinstance(found, int | float) and found > 1
        mend = f"write {meant}" if percent and float(meant := number_meant(field, found) or 2) <= 1 else ""
        return Problem(path, what, shown, f"{words} {context[key]:.10g}", mend)
    if kind == "value_error":
        mend = did_you_mean(str(found), available_timezones()) if field == "timezone" else ""
        return Problem(path, str(context["error"]), shown if field == "timezone" else None, mend=mend)
    if kind == "literal_error":
        choices = str(context["expected"])
        return Problem(
            path, "not one of the choices", shown, choices, did_you_mean(str(found), choices.split("'")[1::2])
        )
    if kind == "string_pattern_mismatch":
        return Problem(path, "not a currency code", shown, "three capital letters, such as EUR")
    if kind in ("float_type", "int_type", "int_from_float", "finite_number"):
        meant = number_meant(field, found)
        mend = f"write {meant}, without unit or quotes" if meant and isinstance(found, str) else ""
        return Problem(
            path, "not a valid number here", shown, _expected_at(path) or number_expected(field), mend
        )
    if kind == "string_type":
        return Problem(path, "not text", shown, "a text", "put it in quotes" if shown is not None else "")
    answers = {"yes": "write true", "on": "write true", "no": "write false", "off": "write false"}
    mend = answers.get(str(found).lower(), "") if kind == "bool_type" else ""
    return Problem(path, "not a valid value for this field", shown, _expected_at(path) or message, mend)


def _expected_at(path: FieldPath) -> str:
    """Return in words what the field at a path takes."""
    shape = _shape_at(path)
    if get_origin(shape) is tuple:
        return "a list: one line for each, beginning with '- '"
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return f"fields of its own: {', '.join(shape.model_fields)}"
    words = {
        float: number_expected(str(path[-1])),
        int: "a whole number",
        bool: "true or false",
        str: "a text",
    }
    return words.get(shape, "")


def _fields_at(path: FieldPath) -> list[str]:
    shape = _shape_at(path)
    return list(shape.model_fields) if isinstance(shape, type) and issubclass(shape, BaseModel) else []


def _shape_at(path: FieldPath) -> Any:
    """Return the type that the schema gives to the field at a path, without `| None` and bounds."""
    shape: Any = Site
    for step in path:
        if isinstance(step, int):
            shape = get_args(shape)[0]
        elif isinstance(shape, type) and issubclass(shape, BaseModel):
            field = shape.model_fields.get(step)
            shape = field.annotation if field else None
        if get_origin(shape) in (typing.Union, types.UnionType):
            shape = next(each for each in get_args(shape) if each is not type(None))
        if get_origin(shape) is typing.Annotated:
            shape = get_args(shape)[0]
    return shape
