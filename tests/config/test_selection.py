"""The same decisions as flake8's own engine."""

from __future__ import annotations

import itertools
from argparse import Namespace
from pathlib import Path

import pytest
from flake8.formatting.default import Nothing
from flake8.style_guide import Decision, DecisionEngine, StyleGuideManager

from flake8_httpleak.config.selection import Selection, matches
from flake8_httpleak.config.values import normal

LISTS: list[list[str] | None] = [None, [], ["HTL"], ["HTL1"], ["HTL101"], ["E", "F"], ["HTL2", "HTL10"]]


def test_as_in_flake8() -> None:
    """Every combination of some selections."""
    for select, extend, ignore, more in itertools.product(LISTS, LISTS[1:], LISTS, LISTS[1:]):
        theirs = DecisionEngine(
            Namespace(
                select=select,
                extend_select=extend,
                ignore=ignore,
                extend_ignore=more,
                extended_default_select=["C90", "F", "E", "W", "HTL"],
                extended_default_ignore=[],
            )
        )
        ours = Selection(None if select is None else tuple(select), tuple(extend or ()), (*(ignore or ()), *(more or ())))
        for code in ("HTL101", "HTL201"):
            wanted = theirs.decision_for(code) is Decision.Selected
            assert ours.shows(code, "a.py") == wanted, (select, extend, ignore, more, code)


PATTERNS = [
    "a.py:HTL101",
    "*.py:HTL101",
    "tests/*:HTL1",
    "a.py:HTL2 *a.py:HTL1",
    "./a.py:HTL101",
    "tests/a.py:HTL9 a.py:HTL1",
    "stdin:HTL",
]


@pytest.mark.parametrize("text", PATTERNS)
def test_per_file_as_in_flake8(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest pattern decides."""
    monkeypatch.chdir(tmp_path)
    options = Namespace(
        select=None,
        extend_select=None,
        ignore=None,
        extend_ignore=None,
        extended_default_select=["HTL"],
        extended_default_ignore=[],
        per_file_ignores=text,
        output_file=None,
        color="never",
    )
    theirs = StyleGuideManager(options, Nothing(options))
    per_file = tuple((normal(one.split(":")[0], "."), (one.split(":")[1],)) for one in text.split())
    ours = Selection(per_file=per_file)
    for path in ("a.py", "./a.py", "tests/a.py", "tests/sub/a.py", "b.py", "stdin"):
        wanted = theirs.style_guide_for(path).decider.decision_for("HTL101") is Decision.Selected
        assert ours.shows("HTL101", path) == wanted, path


def test_matches() -> None:
    """Names, whole paths; `.` is no name."""
    assert matches("x/build", ("build",))
    assert matches("x/build", (f"{Path.cwd()}/x/*",))
    assert not matches(".", ("*.egg",))
    assert not matches("a", ())
