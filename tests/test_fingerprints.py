"""Findings are recognised when other lines come and go, and never mistaken for one another."""

from __future__ import annotations

from flake8_httpleak.fingerprints import Fingerprint, Spot, fingerprints, spot_of
from tests.report.test_formats import FOUND

SOURCE = """\
import requests


class Api:
    def get(self, u):
        r = requests.get(u)
        return r.status_code

    def again(self, u):
        r = requests.get(u)
        r = requests.get(u)
        return r.status_code


def f(u):
    def inner():
        r = requests.get(u)
    r = requests.get(u)


r = requests.get(u)
"""


def named(source: str, code: str = "HTL101") -> list[Fingerprint]:
    """Name every call."""
    lines = source.splitlines()
    return fingerprints([Spot(code, n, n) for n, line in enumerate(lines, 1) if "requests.get" in line], lines)


def test_unique() -> None:
    """Six equal calls, six names; another code has other names."""
    names = named(SOURCE)
    assert len({one.place for one in names}) == len({one.moved for one in names}) == 6
    assert not {one.place for one in names} & {one.place for one in named(SOURCE, "HTL102")}


def test_unrelated_edits() -> None:
    """Lines before, between, comments elsewhere, white space."""
    edited = "# new\n\n" + SOURCE.replace("import requests", "import os\nimport requests").replace("r = req", "r  =  req")
    edited = edited.replace("class Api:", "class Api:\n    def new(self):\n        r = None\n")
    assert [one.place for one in named(edited)] == [one.place for one in named(SOURCE)]


def test_moved_function() -> None:
    """`moved` is the same in another file, `place` in another order of functions."""
    head, _, rest = SOURCE.partition("def f(u):")
    function = "def f(u):" + rest.rpartition("\n\n\n")[0] + "\n"
    alone = named(function)
    assert [one.moved for one in alone] == [one.moved for one in named(SOURCE)[3:5]]
    turned = named(function + head)
    assert {one.place for one in turned} == {one.place for one in named(SOURCE)[:5]}


def test_twice_in_one_line() -> None:
    """The same code at the same call gets a number."""
    names = fingerprints([Spot("HTL101", 1, 1), Spot("HTL101", 1, 1)], ["f()"])
    assert names[0].place != names[1].place
    assert names[0].moved != names[1].moved


def test_unreadable() -> None:
    """What is no Python has no functions; lines beyond the end are nothing."""
    assert len(named("def (:\nrequests.get\n")) == 1
    assert len(fingerprints([Spot("E1", 9, 9)], ["x"])) == 1
    assert fingerprints([], ["x"]) == []


def test_spot() -> None:
    """From the first line of the call to its last."""
    assert spot_of(FOUND) == Spot("HTL101", 4, 4)
