"""The order of the rooms: imports run downwards, through faces of packages, and nobody imports papers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import wattswarm

HOUSE = Path(wattswarm.__file__).parent
LEVELS = (
    ("errors",),
    ("files", "registry", "runtime"),
    ("battery", "grid", "search"),
    ("site",),
    ("data",),
    ("forecast", "market"),
    ("world",),
    ("outlook",),
    ("control",),
    ("plan",),
    ("tasks",),
    ("learn",),
    ("evaluate",),
    ("report", "terminal"),
    ("bench",),
    ("command",),
    ("cli",),
    ("papers", "__main__"),
)
"""From the ground up: a room knows those of the levels below its own, and none beside it."""
HEIGHT = {room: height for height, level in enumerate(LEVELS) for room in level}
MOST_NAMES = 40
"""Names that one face may have."""
PACKAGES = {
    ".".join(("wattswarm", *path.parent.relative_to(HOUSE).parts)) for path in HOUSE.rglob("__init__.py")
}


class Import(NamedTuple):
    """One name that a module takes from another room."""

    file: str
    line: int
    source: str
    target: str
    name: str

    def __str__(self) -> str:
        """Where it stands and what it takes."""
        return f"{self.file}:{self.line}: from {self.target} import {self.name}"


def unit(module: str) -> str:
    """Return the room of a module; each paper is a room of its own in `papers`."""
    parts = module.split(".")
    return ".".join(parts[1:3] if parts[1:2] == ["papers"] else parts[1:2])


def imports() -> Iterator[Import]:
    """Return every name that crosses from room to room, imports inside functions included."""
    for path in sorted(HOUSE.rglob("*.py")):
        parts = path.relative_to(HOUSE).with_suffix("").parts
        source = ".".join(("wattswarm", *parts)).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            if isinstance(node, ast.ImportFrom):
                assert not node.level, f"{path}:{node.lineno}: imports name the whole package"
                targets = [(node.module or "", alias.name) for alias in node.names]
            else:
                targets = [(alias.name, "") for alias in node.names]
            for target, name in targets:
                if target.startswith("wattswarm.") and unit(target) != unit(source):
                    yield Import(str(path.relative_to(HOUSE)), node.lineno, source, target, name)


CROSSING = tuple(imports())


def room(module: str) -> str:
    """Return the top-level room of a module."""
    return module.split(".")[1]


def test_every_room_has_its_place_in_the_order() -> None:
    found = {path.stem for path in HOUSE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert found - {"__init__"} == set(HEIGHT)


def test_no_room_knows_one_above_or_beside_it() -> None:
    wrong = [
        str(each)
        for each in CROSSING
        if room(each.target) != room(each.source) and HEIGHT[room(each.target)] >= HEIGHT[room(each.source)]
    ]
    assert wrong == []


def test_nobody_imports_a_paper() -> None:
    assert [
        str(each) for each in CROSSING if room(each.target) == "papers" and room(each.source) != "papers"
    ] == []


def test_rooms_are_entered_by_their_faces() -> None:
    past = [
        str(each)
        for each in CROSSING
        if (each.target not in PACKAGES and each.target.count(".") > 1)
        or each.target + "." + each.name in PACKAGES
    ]
    assert past == []


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_a_face_is_no_more_than_a_few_dozen_names(package: str) -> None:
    taken = {each.name for each in CROSSING if each.target == package}
    assert len(taken) <= MOST_NAMES


def test_an_arrow_back_up_would_be_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "world").mkdir()
    (tmp_path / "world" / "step.py").write_text(
        "def f():\n    from wattswarm.plan.mpc import ModelPredictive\n", encoding="utf-8"
    )
    monkeypatch.setattr(f"{__name__}.HOUSE", tmp_path)
    (seen,) = imports()
    assert (seen.source, seen.target) == ("wattswarm.world.step", "wattswarm.plan.mpc")
    assert HEIGHT[room(seen.target)] > HEIGHT[room(seen.source)]
