"""The same comments hide the same findings as under flake8."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.comments import hidden, hides_file, without_number
from flake8_httpleak.options import Options
from tests.conftest import Flake8
from tests.test_plugin_end_to_end import codes

HEAD = "import requests\n\n\ndef f(u):\n"
TAIL = "    return r.status_code\n"
CASES = {
    "plain": HEAD + "    r = requests.get(u, stream=True)\n" + TAIL,
    "on the line": HEAD + "    r = requests.get(u, stream=True)  # noqa: HTL101\n" + TAIL,
    "after a string of several lines": HEAD + "    r = requests.get('''\n    x''', stream=True)  # noqa: HTL101\n" + TAIL,
    "after a backslash": HEAD + "    r = \\\n        requests.get(u, stream=True)  # noqa\n" + TAIL,
    "before a backslash's end": HEAD + "    r = requests.get(u, stream=True); x = \\\n        1  # noqa\n" + TAIL,
    "after a string in another statement": HEAD + "    r = requests.get(u, stream=True); x = '''\n    '''  # noqa: HTL1\n" + TAIL,
    "in brackets": HEAD + "    r = requests.get(\n        u,  # noqa\n        stream=True)\n" + TAIL,
    "outside": HEAD + "    r = requests.get(u, stream=True)\n    # noqa\n" + TAIL,
    "in the file": "# flake8: noqa\n" + HEAD + "    r = requests.get(u, stream=True)\n" + TAIL,
    "in the file, spelled otherwise": HEAD + "    r = requests.get(u, stream=True)\n" + TAIL + "  # FLAKE8= NoQA: E1\n",
    "in the file, not alone": HEAD + "    r = requests.get(u, stream=True)\n" + TAIL + "x = 1  # flake8: noqa\n",
}


@pytest.mark.parametrize("name", CASES)
def test_as_in_flake8(name: str, flake8: Flake8, tmp_path: Path) -> None:
    """Every case is asked of flake8 itself."""
    text = CASES[name]
    lines = text.splitlines(keepends=True)
    found = analyze(text, "a.py", Options())
    ours = [one.code for one, hide in zip(found, hidden(found, lines), strict=True) if not hide]
    (tmp_path / "a.py").write_text(text)
    assert ours == [code for _, _, code in codes(flake8("--isolated", "--select=HTL", "a.py").stdout)]
    assert len(found) == 1


def test_text_that_cannot_be_split() -> None:
    """What has no tokens joins nothing; nothing found asks nothing."""
    found = analyze(CASES["plain"], "a.py", Options())
    assert hidden(found, [*CASES["plain"].splitlines(keepends=True), "'''\n"]) == [False]
    assert hidden([], ["'''"]) == []


def test_lines() -> None:
    """A comment for the file, and comments that hide more than they say."""
    assert hides_file(["x", "# flake8: noqa"])
    assert not hides_file(["x  # flake8: noqa"])
    lines = ["x  # noqa: HTL", "x  # noqa:htl", "x  # noqa: HTL101", "x  # noqa: HTLX", "x  # noqa", "# noqa: HTL, E1"]
    assert without_number(lines) == [1, 2, 6]
