"""Files appear whole or not at all, and a digest is that of what was said, whatever it was said in."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from wattswarm.errors import InputError
from wattswarm.files import digest, write_files


def test_a_digest_is_that_of_all_parts_one_after_the_other() -> None:
    numbers = np.arange(6.0).reshape(2, 3)
    whole = sha256(b"name" + b"\x00\x01" + numbers.tobytes())
    assert digest("name", b"\x00\x01", numbers) == whole.hexdigest()
    assert digest("name", b"\x00\x01", numbers, digits=12) == whole.hexdigest()[:12]


def test_a_digest_does_not_depend_on_how_an_array_lies_in_memory() -> None:
    numbers = np.arange(6.0).reshape(2, 3)
    assert digest(np.asfortranarray(numbers)) == digest(numbers) == digest(numbers.tobytes())
    assert digest(numbers[:, ::2]) == digest(numbers[:, ::2].copy())


def test_contents_are_bytes_or_written_by_a_function(tmp_path: Path) -> None:
    written = write_files(tmp_path / "new", {"a.txt": b"one", "deep/b.txt": lambda path: _two(path)})
    assert [path.read_text() for path in written] == ["one", "two"]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["a.txt", "deep"]


def test_a_writer_that_fails_leaves_what_was_there_and_is_told_in_the_callers_words(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")

    def fail(_: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match=r"(?s)b\.txt: the plan cannot be kept.*No space.*free some"):
        write_files(
            tmp_path, {"a.txt": b"new", "b.txt": fail}, what="the plan cannot be kept", mend="free some"
        )
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.txt": "old"}


def _two(path: Path) -> None:
    path.write_text("two")
