"""The comparison with other linters: who is credited with what, and that the page shows what was measured."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench import comparison, comparison_tables, linters
from bench.comparison import OURS, Mark, Text, examples, group_of, judge, ours, scenarios, spans
from bench.linters import CHECKS, CLOSING, RESOURCE, TIMEOUT, Said
from bench.recall import read_decisions

CODE = """import requests


def load(url):
    response = requests.get(
        url, stream=True
    )
    if response.ok:
        response.shut()
    return response.status_code


def plain(url):
    with open(url) as file:
        yield file
"""


def text(line: int = 5, group: str = RESOURCE, **more: object) -> Text:
    """One file with one mark."""
    one = Text(CODE, [Mark(line, "row", group)], file=Path("a.py"))
    for name, value in more.items():
        setattr(one, name, value)
    return one


def found(one: Text, name: str, *said: tuple[int, str]) -> tuple[int, int]:
    """How many finds and wrong reports a linter gets for what it said."""
    finds, wrong, _ = judge([one], name, [Said(one.file, line, check) for line, check in said])
    return finds["row"], wrong


@pytest.mark.parametrize(
    ("name", "line", "check", "credit"),
    [
        ("pylint", 5, "R1732", (1, 0)),
        ("pylint", 6, "R1732", (1, 0)),  # any line of the statement
        ("pylint", 4, "R1732", (0, 1)),
        ("pylint", 14, "R1732", (0, 0)),  # a file is none of our business
        ("pylint", 5, "W3101", (0, 0)),  # a timeout is something else
        ("pylint", 9, "E1101", (1, 0)),  # a use of the name
        ("pylint", 14, "E1101", (0, 0)),
        ("ruff", 8, "RUF075", (1, 0)),  # anywhere in the function
        ("ruff", 15, "RUF075", (0, 0)),
        ("ruff", 5, "S310", (0, 0)),  # not in the list
        (OURS, 5, "HTL101", (1, 0)),
        (OURS, 5, "HTL601", (0, 0)),
        (OURS, 10, "HTL101", (0, 1)),
    ],
)
def test_credit(name: str, line: int, check: str, credit: tuple[int, int]) -> None:
    """A find is a listed check about the same thing, at the same statement, or where that check points."""
    assert found(text(), name, (line, check)) == credit


def test_what_is_not_wrong() -> None:
    """Reports where none was asked for: allowed lines, lines that nobody judged, timeouts where they are not the question."""
    assert found(text(allowed=frozenset({10})), OURS, (10, "HTL101")) == (0, 0)
    assert found(text(judged=frozenset({5})), OURS, (10, "HTL101")) == (0, 0)
    assert found(text(judged=frozenset({5, 10})), OURS, (10, "HTL101")) == (0, 1)
    assert found(text(), "ruff", (10, "S113")) == (0, 0)
    assert found(text(timeouts=True), "ruff", (10, "S113")) == (0, 1)
    assert found(text(group=TIMEOUT, timeouts=True), "ruff", (5, "S113")) == (1, 0)


def test_spans() -> None:
    """A statement with all its lines; of a block the head only; the function around it."""
    at = spans(CODE)
    assert at(6) == (range(5, 8), range(4, 11))
    assert at(8) == (range(8, 9), range(4, 11))
    assert at(1) == (range(1, 2), range(1, 17))


def test_groups() -> None:
    """Families of scenarios and codes of ours speak of the same three things."""
    assert [group_of(name) for name in ("BODY", "HTL304", "TIME", "HTL602", "HTL905", "AWAIT", "HTL703")] == [
        *(RESOURCE, RESOURCE, TIMEOUT, TIMEOUT, TIMEOUT, CLOSING, CLOSING)
    ]
    assert {group for checks in CHECKS.values() for check in checks.values() for group in check.groups} == {
        RESOURCE,
        TIMEOUT,
        CLOSING,
    }


def test_scenarios(tmp_path: Path) -> None:
    """The comments of a scenario are its marks."""
    lines = ["# enable: HTL6", "a()  # expect: BODY sure; TIME sure", "b()  # allow: CHURN", "c()"]
    (tmp_path / "S001_a.py").write_text("\n".join(lines), encoding="utf-8")
    ((name, one),) = scenarios(tmp_path)
    assert name == "S001_a"
    assert one.marks == [Mark(2, "responses", RESOURCE), Mark(2, "timeouts", TIMEOUT)]
    assert (one.allowed, one.timeouts, one.enable) == (frozenset({3}), True, ("HTL6",))


def test_examples_are_found_by_us() -> None:
    """Every marked line of the rules' examples, and nothing in the good ones; a `noqa` hides what it hides."""
    bad = dict(examples("Bad"))
    for name, one in bad.items():
        one.file = Path(name)
    finds, wrong, _ = judge(bad.values(), OURS, ours(bad.values()))
    assert (sum(finds.values()), wrong) == (sum(len(one.marks) for one in bad.values()), 0)
    good = dict(examples("Good"))
    assert list(ours(good.values())) == []
    assert list(ours([Text(CODE.replace("requests.get(", "requests.get(  # noqa: HTL101"))])) == []


def test_the_linters_that_are_here(tmp_path: Path) -> None:
    """Their output is understood: ruff and mypy of this environment, and flake8 without the others' plugins."""
    file = tmp_path / "a.py"
    file.write_text('import requests\n\nrequests.get("https://example.com")\n"a".shut()\n', encoding="utf-8")
    programs = Path(sys.executable).parent
    assert [(one.file, one.line, one.check) for one in linters.say("ruff", [file], programs, None)] == [(file, 3, "S113")]
    assert Said(file, 4, "attr-defined") in linters.say("mypy", [file], programs, None)
    assert linters.say("flake8-async", [file], programs, None) == []
    assert linters.say("semgrep", [file], programs, None) == []


def test_a_linter_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, with the end of what it said."""

    def broken(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 3, "", "no such option")

    monkeypatch.setattr(subprocess, "run", broken)
    with pytest.raises(linters.LinterError, match="bandit ended with 3: no such option"):
        linters.say("bandit", [tmp_path], tmp_path, None)


def test_the_page_shows_what_was_measured() -> None:
    """Its tables are those of `bench/comparison.json`, with pinned versions; we found every mark that is not left out."""
    measured = json.loads(comparison.RESULT.read_text(encoding="utf-8"))
    page = comparison.PAGE.read_text(encoding="utf-8")
    assert comparison_tables.fill(page, measured) == page
    assert {name: version for name, version in measured["versions"].items() if name != OURS} == linters.versions()
    for name in ("bad", "good", "scenarios", "timeouts", "sample"):
        us = measured[name]["linters"][OURS]
        expected = dict(measured[name]["marked"])
        if name == "sample":
            expected["leaks"] -= sum(bool(one.left_out) for one in read_decisions())
        assert (us["found"], us["wrong"]) == (expected, 0)
