"""`httpleak report`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flake8_httpleak.options import Options
from flake8_httpleak.trace import endings
from tests.cli.conftest import Run
from tests.cli.test_check import LEAK, write

ON_ONE_PATH = (
    "import requests\n\n\ndef f(u):\n    r = requests.get(u, stream=True, timeout=9)\n    if r.status_code != 200:\n"
    "        return None\n    with r:\n        return r.json()\n"
)


def test_the_page(httpleak: Run) -> None:
    """It is written, whatever was found; the run says so on standard error only."""
    write("a.py")
    write("b.py", ON_ONE_PATH)
    done = httpleak("report", "--html", "out.html", "a.py", "b.py")
    assert (done.code, done.out, done.err) == (0, "", "httpleak: 2 findings written to out.html\n")
    text = Path("out.html").read_text(encoding="utf-8")
    assert re.findall(r'class="finding [a-z]+" data-code="(HTL[0-9]+)" data-file="([^"]*)"', text) == [
        ("HTL101", "a.py"),
        ("HTL102", "b.py"),
    ]
    assert "2 findings in 2 of 2 files" in text
    assert text.count("otherwise: ") == 1
    assert sorted(one.name for one in Path().iterdir()) == ["a.py", "b.py", "out.html"]


def test_fixes_are_shown(httpleak: Run, fixer: None) -> None:
    """As a difference."""
    write("a.py")
    assert httpleak("report", "--html", "out.html", "a.py").code == 0
    text = Path("out.html").read_text(encoding="utf-8")
    assert "<summary>Fix: close &#x27;r&#x27;</summary>" in text
    assert '<span class="add">+    r.close()</span>' in text


def test_settings_count(httpleak: Run) -> None:
    """Codes that are not selected, and what nobody finds."""
    write("a.py")
    assert httpleak("report", "--html", "out.html", "--ignore", "HTL1").err == "httpleak: 0 findings written to out.html\n"
    assert "Nothing was found." in Path("out.html").read_text(encoding="utf-8")
    hint = "import requests\n\n\ndef f(u):\n    return requests.get(u).json()\n"
    write("a.py", hint)
    done = httpleak("report", "--html", "out.html", "--enable", "HTL601", "--no-cache")
    assert done.err == "httpleak: 1 finding written to out.html\n"


def test_what_cannot_be_read_or_written(httpleak: Run) -> None:
    """It is said, in the page too; a page that cannot be written is wrong use."""
    write("a.py", "def f(:\n    import requests\n")
    done = httpleak("report", "--html", "out.html", "a.py", "gone.py")
    assert done.code == 2
    assert "gone.py: there is no such file" in done.err
    assert "<b>gone.py</b>: there is no such file" in Path("out.html").read_text(encoding="utf-8")
    done = httpleak("report", "--html", "no/out.html", "a.py")
    assert done.code == 2
    assert "no/out.html: cannot be written (No such file or directory)" in done.err


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (ON_ONE_PATH, {5: ((9, "read"),)}),
        (LEAK, {5: ()}),
        ("import requests\nx = requests.get(u, stream=True), requests.get(v, stream=True)\n", {}),
        ("x = 1\n", {}),
    ],
)
def test_where_other_ways_end(text: str, wanted: dict[int, tuple[tuple[int, str], ...]]) -> None:
    """Only where it is certain which resource a line makes."""
    assert endings(text, "a.py", [5, 2], Options()) == wanted
