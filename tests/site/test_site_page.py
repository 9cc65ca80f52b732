"""The page on the site file names every field with its default, and no field that is not there."""

from __future__ import annotations

import re

import pytest
from pydantic_core import PydanticUndefined
from tests.conftest import DOCS

from wattswarm.site import schema

PAGE = DOCS / "site-file.md"
PARTS = {
    name: part
    for name, part in vars(schema).items()
    if isinstance(part, type) and issubclass(part, schema.Part) and part is not schema.Part
}


def _rows(part: str) -> dict[str, str]:
    """Return the default that the page states for each field of a part."""
    section = PAGE.read_text().split(f"\n## {part}\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \| [^|]+ \|$", section, re.MULTILINE))


def _default(value: object) -> str:
    """Return a default as the page writes it."""
    if value is PydanticUndefined:
        return "required"
    if value is None or value == ():
        return "none"
    if isinstance(value, schema.Part):
        return "all defaults"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


@pytest.mark.parametrize("part", PARTS)
def test_each_part_of_the_site_file_is_on_the_page_with_its_defaults(part: str) -> None:
    fields = {name: _default(field.default) for name, field in PARTS[part].model_fields.items()}
    assert _rows(part) == fields


def test_the_page_has_no_part_that_is_not_in_the_schema() -> None:
    assert set(re.findall(r"^## (\w+)$", PAGE.read_text(), re.MULTILINE)) == set(PARTS)
