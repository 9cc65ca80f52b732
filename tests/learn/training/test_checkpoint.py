"""Files of learners come back as they were, and nothing but an unchanged file of ours is read."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from safetensors import SafetensorError
from safetensors.numpy import save_file

from wattswarm.errors import InputError
from wattswarm.learn.problem import Layout
from wattswarm.learn.training import checkpoint
from wattswarm.learn.training.acting import named_leaves
from wattswarm.learn.training.checkpoint import FORMAT, load, read_header, save
from wattswarm.learn.training.fit import (
    layout_differences,
    layout_record,
    record_differences,
    refuse_other_layout,
)

TREE = {
    "weights": jnp.arange(6, dtype=jnp.float32).reshape(2, 3),
    "counts": (jnp.asarray(3, jnp.int32), jnp.asarray([True, False])),
    "key": jax.random.split(jax.random.key(7), 2),
}
LAYOUT = Layout("pool", ("a", "b"), ("charge", "price"), 4, ("storage",), ((-1.0,), (0.0,), (1.0,)))


def shapes(tree: Any) -> dict[str, Any]:
    return named_leaves(jax.eval_shape(lambda: tree))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with every kind of tensor."""
    save(tmp_path / "a.safetensors", named_leaves(TREE), {"learner": {"name": "x"}})
    return tmp_path / "a.safetensors"


def test_every_kind_of_tensor_comes_back_bit_by_bit(file: Path) -> None:
    back = load(file, shapes(TREE))
    assert list(back) == list(named_leaves(TREE))
    for name, leaf in named_leaves(TREE).items():
        assert back[name].dtype == leaf.dtype
        if name == "['key']":
            np.testing.assert_array_equal(jax.random.key_data(back[name]), jax.random.key_data(leaf))
        else:
            np.testing.assert_array_equal(back[name], leaf)
    header = read_header(file)
    assert header["format"] == FORMAT
    assert header["learner"] == {"name": "x"}
    assert {"wattswarm", "jax"} <= set(header["versions"])


def test_a_file_that_cannot_be_written_leaves_the_old_one(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    before = file.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"(?s)a\.safetensors: the training cannot be saved.*No space left"):
        save(file, named_leaves(TREE), {})
    assert {path.name: path.read_bytes() for path in file.parent.iterdir()} == {file.name: before}


def test_a_file_that_its_writer_gives_up_on_is_told_as_one_that_cannot_be_written(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(*_: object) -> None:
        raise SafetensorError("I/O error")

    monkeypatch.setattr(checkpoint, "save_file", give_up)
    with pytest.raises(InputError, match=r"(?s)a\.safetensors: the training cannot be saved.*I/O error"):
        save(file, named_leaves(TREE), {})


@settings(max_examples=40)
@given(kept=st.floats(0.0, 0.999))
def test_a_file_cut_short_anywhere_is_refused(kept: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("cut")
    path = folder / "a.safetensors"
    save(path, named_leaves(TREE), {})
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    for read in (read_header, lambda path: load(path, shapes(TREE))):
        with pytest.raises(InputError) as refused:
            read(path)
        assert str(path) in str(refused.value)


def test_a_file_that_promises_a_huge_header_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.safetensors"
    path.write_bytes((1 << 40).to_bytes(8, "little") + b"{}" * 100)
    with pytest.raises(InputError, match="damaged"):
        read_header(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x80\x04\x95pickle" * 20])
def test_other_files_are_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"other\.safetensors"):
        read_header(path)


def test_a_file_of_another_program_or_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.safetensors"
    save_file({"x": np.zeros(3)}, path)
    with pytest.raises(InputError, match="not written by wattswarm"):
        read_header(path)
    save_file({"x": np.zeros(3)}, path, {"wattswarm": json.dumps({"format": 99})})
    with pytest.raises(InputError, match="another format"):
        read_header(path)


def test_foreign_missing_and_reshaped_tensors_are_named(file: Path) -> None:
    expected = shapes(TREE)
    with pytest.raises(InputError, match=r"unexpected: \['weights'\]; missing: none"):
        load(file, {name: like for name, like in expected.items() if name != "['weights']"})
    with pytest.raises(InputError, match=r"unexpected: none; missing: \['more'\]"):
        load(file, {**expected, "['more']": expected["['weights']"]})
    with pytest.raises(InputError, match=r"(?s)weights.*shape \(2, 3\).*shape \(3, 2\)"):
        load(file, {**expected, "['weights']": jax.ShapeDtypeStruct((3, 2), jnp.float32)})
    with pytest.raises(InputError, match=r"(?s)weights.*float32.*int32"):
        load(file, {**expected, "['weights']": jax.ShapeDtypeStruct((2, 3), jnp.int32)})


def test_a_layout_equals_itself_after_a_round_trip_and_agents_may_be_renamed() -> None:
    stored = json.loads(json.dumps(layout_record(LAYOUT)))
    assert layout_differences(stored, LAYOUT) == []
    assert layout_differences(stored, replace(LAYOUT, agents=("c", "d"))) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"problem": "hub"}, "problem 'pool' there, 'hub' here"),
        ({"agents": ("a",)}, "2 agents there, 1 here"),
        ({"features": ("charge", "sun")}, "feature 2 'price' there, 'sun' here"),
        ({"features": ("charge",)}, "feature 2 'price' there, none here"),
        ({"controls": ("storage", "service")}, "control 2 none there, 'service' here"),
        ({"centre": 5}, "4 numbers in the centre there, 5 here"),
        ({"choices": ((0.0,),)}, "3 choices there, of 1 here"),
        ({"choices": ((-1.0,), (0.5,), (1.0,))}, r"choice 1 is \[0.0\] there, \[0.5\] here"),
    ],
)
def test_another_layout_is_refused_and_told_item_by_item(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told) as refused:
        refuse_other_layout("runs/a", layout_record(LAYOUT), replace(LAYOUT, **changes))
    assert "runs/a" in str(refused.value)


def test_records_differ_by_the_name_of_the_field() -> None:
    there, here = (
        {"learner": {"rate": 1, "name": "a"}, "seeds": [1]},
        {"learner": {"rate": 2, "name": "a"}, "seeds": [1]},
    )
    assert record_differences(there, here) == ["learner rate 1 there, 2 here"]
