"""A YAML 1.2 text as plain values, with the line of every field."""

from __future__ import annotations

from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from wattswarm.errors import InputError
from wattswarm.site.problems import FieldPath, Problem, problems_error

Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]

_DEEPEST = 20
_MOST_VALUES = 200_000
_LONGEST_NUMBER = 100
_CORE = "tag:yaml.org,2002:"
_PLAIN_TAGS = {_CORE + tag for tag in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")}


@dataclass(frozen=True)
class Document:
    """What a YAML text says and where it says it."""

    data: dict[str, Value]
    """The fields of the root."""
    lines: dict[FieldPath, int]
    """Line of each field and list item, counted from 1; the root's is under `()`."""


def read_document(text: str, name: str) -> Document:
    """Read a YAML text whose root is a mapping.

    Returns:
        Plain values only: no tag is ever obeyed, aliases are copied.

    Raises:
        InputError: the text is empty or not YAML, its root is not a mapping, a field appears twice, a tag is
            used, or it unfolds to more values than any site has.
    """
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise _syntax_error(error, name) from None
    except YAMLError as error:
        raise InputError("the text cannot be read as YAML", where=name, found=error) from None
    except RecursionError:
        raise InputError("lists or fields are nested too deeply", where=name) from None
    if root is None:
        raise InputError("the file is empty", where=name, expected="a site description in YAML")
    if not isinstance(root, MappingNode):
        raise InputError(
            "the file is not made of `field: value` lines",
            where=f"{name}:{root.start_mark.line + 1}",
            expected="lines such as `name: My site`",
        )
    walk = _Walk(name)
    data = walk.mapping(root, ())
    if walk.problems:
        raise problems_error(walk.problems, name, walk.lines)
    return Document(data, walk.lines)


def _syntax_error(error: MarkedYAMLError, name: str) -> InputError:
    mark = error.problem_mark or error.context_mark
    where = f"{name}:{mark.line + 1}, column {mark.column + 1}" if mark else name
    problem = error.problem or error.context or "no valid YAML"
    if "'\\t'" in problem:
        return InputError(
            "a tab where YAML needs spaces", where=where, expected="spaces", mend="indent with spaces"
        )
    if "another document" in problem:
        return InputError(
            "a second document starts here", where=where, found="---", expected="one site in a file"
        )
    mend = "put text that holds ': ' in quotes" if "mapping values" in problem else ""
    return InputError(f"this is not valid YAML: {problem}", where=where, mend=mend)


@dataclass
class _Walk:
    """Copies a tree of YAML nodes into plain values and notes lines and problems on the way."""

    name: str
    lines: dict[FieldPath, int] = field(default_factory=lambda: {(): 1})
    problems: list[Problem] = field(default_factory=list)
    values: int = 0

    def value(self, node: Node, path: FieldPath) -> Value:
        self.values += 1
        if self.values > _MOST_VALUES or len(path) > _DEEPEST:
            raise InputError(
                "the file expands to more than a site can hold",
                where=f"{self.name}:{self.lines[path]}",
                expected=f"at most {_MOST_VALUES} values, {_DEEPEST} levels deep",
                mend="write the parts out instead of using aliases (&name, *name)",
            )
        if str(node.tag) not in _PLAIN_TAGS:
            problem = Problem(path, "YAML tags are not allowed here", node.tag, "a plain value")
            self.problems.append(problem)
            return None
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.item(child, (*path, index)) for index, child in enumerate(node.value)]
        return self.scalar(str(node.value), str(node.tag).removeprefix(_CORE), path)

    def item(self, node: Node, path: FieldPath) -> Value:
        self.lines[path] = node.start_mark.line + 1
        return self.value(node, path)

    def mapping(self, node: MappingNode, path: FieldPath) -> dict[str, Value]:
        data: dict[str, Value] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                problem = Problem(path, f"the field in line {line} has no plain name", None, "a word")
                self.problems.append(problem)
                continue
            here = (*path, str(key.value))
            if key.value in data:
                what = f"this field appears twice: in line {self.lines[here]} and in line {line}"
                self.problems.append(Problem(here, what, mend="keep one of them"))
                continue
            self.lines[here] = line
            data[str(key.value)] = self.value(value, here)
        return data

    def scalar(self, text: str, kind: str, path: FieldPath) -> Value:
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            self.problems.append(Problem(path, "half a character (a lone surrogate)", ascii(text)))
            return None
        if kind == "null":
            return None
        if kind == "bool":
            return {"true": True, "false": False}.get(text.lower(), text)
        if len(text) > _LONGEST_NUMBER:
            return text
        try:
            if kind == "int":
                return int(text) if text.lstrip("+-")[:2].isdecimal() or len(text) == 1 else int(text, 0)
            if kind == "float":
                return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        except ValueError:
            return text
        return text
