"""Functions that call each other: how often they are walked, and that the answers don't depend on who is asked first."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.options import Options
from flake8_httpleak.ownership.bystanders import Bystanders
from flake8_httpleak.ownership.machine import Machine
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.recursion import MAX_DEPTH, Recursion
from flake8_httpleak.source.units import Unit
from tests.ownership.view import survey

COUNT = 12


def everybody_calls_everybody(count: int) -> str:
    """A class whose methods all call all others, and use the field in between."""
    methods = "".join(
        f"    def m{i}(self, x):\n"
        + "".join(f"        if x:\n            self.m{j}(x)\n" for j in range(count) if j != i)
        + "        return self.session.get(x)\n\n"
        for i in range(count)
    )
    return f"import requests\n\n\nclass Api:\n    def __init__(self):\n        self.session = requests.Session()\n\n{methods}"


def walks(text: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many times a function is walked while a file is looked at."""
    count = 0
    execute = Machine.execute

    def counted(self: Machine, *given: object) -> object:
        nonlocal count
        count += 1
        return execute(self, *given)  # type: ignore[arg-type] # as it was called

    monkeypatch.setattr(Machine, "execute", counted)
    assert [one.code for one in analyze(text, "generated.py", Options())] == ["HTL204"]
    return count


def test_methods_that_all_call_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few walks for each, not one for each way through them."""
    assert walks(everybody_calls_everybody(COUNT), monkeypatch) < 40 * COUNT


def function(name: str) -> FunctionInfo:
    """A function that is nothing but a name."""
    return FunctionInfo(name, Unit([], None, [], 1, 1))


def test_what_rests_on_a_function_that_is_under_way_holds_while_it_is() -> None:
    """The outer function's own outcome does not rest on itself."""
    recursion = Recursion()
    outer, inner = function("outer"), function("inner")
    with recursion.resting() as whole, recursion.entering(outer):
        with recursion.resting() as part, recursion.entering(inner):
            assert recursion.stops(outer, 2)
        assert part.functions == {outer}
        assert recursion.holds(part, 1, 1)
    assert whole.functions == set()
    assert not recursion.holds(part, 1, 1)
    assert recursion.holds(whole, 1, 0)


def test_what_was_cut_off_for_being_too_deep_holds_as_deep_and_deeper() -> None:
    """Nearer to the beginning more would be known."""
    recursion = Recursion()
    with recursion.resting() as basis:
        assert not recursion.stops(function("near"), MAX_DEPTH - 1)
        assert not basis.too_deep
        assert recursion.stops(function("far"), MAX_DEPTH)
    assert recursion.holds(basis, 3, 3)
    assert recursion.holds(basis, 3, 4)
    assert not recursion.holds(basis, 3, 2)


def test_using_an_outcome_is_resting_on_the_same() -> None:
    """What was worked out with its help holds no longer than it."""
    recursion = Recursion()
    outer = function("outer")
    with recursion.entering(outer):
        with recursion.resting() as kept:
            recursion.stops(outer, 1)
        with recursion.resting() as other:
            recursion.rest(kept)
    assert other.functions == {outer}


FIXTURE = Path(__file__).parents[2] / "fixtures" / "false_alarms" / "closed_through_many_methods.py"


def chain(last: str) -> str:
    """Methods that call each other, seven deep; the last one gives something else than the fixture's."""
    text = FIXTURE.read_text(encoding="utf-8")
    changed = text.replace("return self.session.close()", f"return {last}")
    assert changed != text or last == "self.session.close()"
    return changed


@pytest.mark.parametrize(
    ("last", "codes"),
    [
        ("1", ["HTL205"]),  # none of them has anything to do with the session, however deep they go
        ("self.session.close()", []),  # too deep to see that it is closed
    ],
)
def test_methods_that_leave_the_field_alone(last: str, codes: list[str]) -> None:
    """An object goes on holding what such a method does not touch."""
    text = chain(last)
    assert [one.code for one in analyze(text, "chain.py", Options())] == codes


@pytest.mark.parametrize("away", ["helper(self)", "getattr(self, name)", "vars(self)", "super().six()", "self.session"])
def test_methods_that_may_do_something(away: str) -> None:
    """An object that is given away, or looked into by a name that varies, may lose its field there."""
    program = survey(chain(away), "").program
    methods = {name: info for one in program.classes() for name, info in one.functions.items()}
    fields = frozenset({"session"})
    assert not any(Bystanders(program).leaves_alone(methods[name], fields) for name in ("one", "six", "close"))


@pytest.mark.parametrize(("last", "alone"), [("self.session_id", False), ("self.other", True), ("url", True)])
def test_methods_that_do_not(last: str, alone: bool) -> None:  # noqa: FBT001 - one of the cases
    """Nothing of the field's name is spelled in them."""
    program = survey(chain(last), "").program
    assert Bystanders(program).leaves_alone(next(program.classes()).functions["one"], frozenset({"session"})) is alone


SETTER = """
import requests


class Api:
    def __init__(self):
        self.session = requests.Session()

    @property
    def proxy(self):
        return self.used

    @proxy.setter
    def proxy(self, value):
        self.session.proxies = value

    def switch(self, value):
        self.proxy = value

    def look(self):
        return self.used

    def all(self):
        return self.__dict__
"""


@pytest.mark.parametrize(("method", "alone"), [("switch", False), ("look", True), ("all", False)])
def test_attributes_that_are_more_than_they_seem(method: str, alone: bool) -> None:  # noqa: FBT001 - one of the cases
    """A property's setter runs; the dictionary of an object leads to all of its fields."""
    program = survey(SETTER, "").program
    assert Bystanders(program).leaves_alone(next(program.classes()).functions[method], frozenset({"session"})) is alone


@pytest.mark.parametrize("name", ["__getattr__", "__getattribute__", "__setattr__"])
def test_a_class_that_is_asked_for_any_name(name: str) -> None:
    """Nobody knows what such a method leaves alone."""
    program = survey(SETTER + f"\n    def {name}(self, name, *value):\n        return self.session\n", "").program
    assert not Bystanders(program).leaves_alone(next(program.classes()).functions["look"], frozenset({"session"}))


def test_a_base_of_another_file() -> None:
    """What its methods do nobody can tell."""
    program = survey("from elsewhere import Base\n" + SETTER.replace("class Api:", "class Api(Base):"), "").program
    assert not Bystanders(program).leaves_alone(next(program.classes()).functions["look"], frozenset({"session"}))


def test_what_is_worked_out_inside_rests_on_the_same_outside() -> None:
    """A function that was cut off makes a difference to whoever asked, however many outcomes lie between."""
    recursion = Recursion()
    outer = function("outer")
    with recursion.entering(outer), recursion.resting() as whole, recursion.resting():
        recursion.stops(outer, 1)
        recursion.stops(function("far"), MAX_DEPTH)
    assert whole.functions == {outer}
    assert whole.too_deep
