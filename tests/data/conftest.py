"""Small files in the operators' formats, and the shared real ones where they are at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write lines to a file of this test and return its path."""

    def _write(*lines: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
        return path

    return _write


@pytest.fixture
def shared() -> Callable[[str], Path]:
    """Return the path of a shared real file, or skip the test where there is none."""

    def _shared(name: str) -> Path:
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"the shared real data are absent: {name}")
        return path

    return _shared
