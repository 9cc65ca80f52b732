"""A catalogue has what is built in and what other packages add, and imports nothing before it is asked to."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from wattswarm import registry
from wattswarm.control import BASELINE, rule
from wattswarm.errors import InputError
from wattswarm.registry import Catalogue, Entry

if TYPE_CHECKING:
    from tests.conftest import Install


@dataclass(frozen=True)
class Number(Entry):
    """A number on offer."""

    odd: bool = False


@pytest.fixture
def numbers() -> Catalogue[Number]:
    here = {"pi": Number("math:pi", "Half a turn."), "tau": Number("math:tau"), "e": Number("math:e")}
    return Catalogue("number", "wattswarm.test_numbers", Number, here)


def test_entry_points_are_not_read_for_what_is_built_in(
    numbers: Catalogue[Number], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: str) -> None:
        raise AssertionError("entry points were read")

    monkeypatch.setattr(registry, "entry_points", refuse)
    assert numbers["pi"].description == "Half a turn."
    assert "tau" in numbers
    assert rule(BASELINE).name == BASELINE
    with pytest.raises(AssertionError, match="were read"):
        numbers["theirs"]


ADDED = '''
"""Numbers of somebody else."""
from test_registry_kind import Number

def seven():
    """Return seven.

    And say no more.
    """
    return 7

NINE = Number("builtins:int", "Nine.", odd=True)
TEN = 10
'''
POINTS = """
[wattswarm.test_numbers]
seven = theirs:seven
nine = theirs:NINE
pi = theirs:seven
lost = theirs:missing
gone = nobody_has_this:x
ten = theirs:TEN
whole = theirs
"""


@pytest.fixture
def theirs(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    # Tests are no package, so the module of the entry's class is named here.
    monkeypatch.setitem(sys.modules, "test_registry_kind", sys.modules[__name__])
    install("theirs", ADDED, POINTS)


def test_names_come_in_their_order_and_load_what_they_name(numbers: Catalogue[Number]) -> None:
    assert list(numbers) == ["pi", "tau", "e"]
    assert numbers["tau"].load() / numbers["pi"].load() == pytest.approx(2.0)


def test_an_unknown_name_is_told_with_the_nearest(numbers: Catalogue[Number]) -> None:
    with pytest.raises(InputError, match=r"(?s)^number: there is no such.*pi, tau, e.*mean tau"):
        numbers["tao"]
    with pytest.raises(InputError, match=r"(?s)^--set: .*a digit, or pi, tau"):
        numbers.look_up("x", where="--set", also="a digit, or ")
    assert "tao" not in numbers
    assert numbers.get("pi") is not None


@pytest.mark.usefixtures("theirs")
def test_other_packages_add_targets_and_entries_after_those_built_in(numbers: Catalogue[Number]) -> None:
    assert list(numbers) == ["pi", "tau", "e", "gone", "lost", "nine", "seven", "ten", "whole"]
    assert len(numbers) == 9
    assert numbers.built_in() == ("pi", "tau", "e")
    assert numbers["seven"] == Number("theirs:seven", "Return seven.")
    assert numbers["seven"].load()() == 7
    assert numbers["nine"].odd


@pytest.mark.usefixtures("theirs")
def test_a_built_in_name_cannot_be_taken(numbers: Catalogue[Number]) -> None:
    assert numbers["pi"].target == "math:pi"


@pytest.mark.usefixtures("theirs")
def test_names_are_listed_without_importing_what_they_name(numbers: Catalogue[Number]) -> None:
    sys.modules.pop("theirs", None)
    assert "seven" in list(numbers)
    assert "theirs" not in sys.modules


@pytest.mark.usefixtures("theirs")
@pytest.mark.parametrize("name", ["lost", "gone"])
def test_a_package_that_cannot_be_loaded_is_told(name: str, numbers: Catalogue[Number]) -> None:
    with pytest.raises(InputError, match=rf"(?s)^{name}: .*cannot be loaded.*wattswarm\.test_numbers"):
        numbers[name]


@pytest.mark.usefixtures("theirs")
@pytest.mark.parametrize(("name", "kind"), [("ten", "int"), ("whole", "module")])
def test_what_makes_nothing_is_refused(name: str, kind: str, numbers: Catalogue[Number]) -> None:
    with pytest.raises(InputError, match=rf"(?s)^{name}: .*neither Number.*of type {kind}.*a Number, or"):
        numbers[name]


LAZY = """
import sys
from wattswarm.learn import learner_names
from wattswarm.forecast import forecaster_names
from wattswarm.control import policy_names
learner_names(), forecaster_names(), policy_names()
print([name for name in sys.modules if ".algorithms." in name or ".models." in name or ".plan." in name])
"""


def test_listing_learners_forecasters_and_policies_imports_none_of_them() -> None:
    answer = subprocess.run([sys.executable, "-c", LAZY], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
