"""The one orchestrator as others call it: what it takes, and what it raises."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.clients.problems import TableError
from flake8_httpleak.options import Options

LEAK = "import requests\n\n\ndef f(u):\n    r = requests.get(u, stream=True, timeout=9)\n    return r.status_code\n"
NO_PYTHON = {
    "syntax": f"{LEAK}def (:\n",
    "NUL": f"{LEAK}\0\n",
    "half of a character": f"{LEAK}x = '\ud800'\n",
    "brackets": f"{LEAK}x = {'(' * 5000}{')' * 5000}\n",
    "signs": f"{LEAK}x = {'-' * 100_000}1\n",
    "sums": f"{LEAK}x = {'+'.join(['1'] * 100_000)}\n",
    "elif": f"{LEAK}if x: pass\n" + "elif x: pass\n" * 20_000,
    "levels": LEAK + "".join(" " * depth + "if x:\n" for depth in range(120)) + " " * 120 + "pass\n",
    "digits": f"{LEAK}x = {'9' * 5000}\n",
    "mark of byte order": f"\ufeff{LEAK}",
    "direction": f"{LEAK}\u202e\n",
}


@pytest.mark.parametrize("name", NO_PYTHON)
def test_what_is_no_python(name: str) -> None:
    """There is one exception for all of it, in one line."""
    with pytest.raises(SyntaxError) as caught:
        analyze(NO_PYTHON[name], "odd.py", Options())
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    """Whatever they are, and where they are mixed."""
    (found,) = analyze(LEAK.replace("\n", end), "a.py", Options())
    assert (found.code, found.span.start.line) == ("HTL101", 5)
    (found,) = analyze(LEAK.replace("\n", end, 4), "a.py", Options())
    assert (found.code, found.span.start.line) == ("HTL101", 5)


def test_other_tools_business() -> None:
    """What Python has to say of the code is said by whoever is asked for it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(analyze(f"{LEAK}x = '\\d' is 1\n", "a.py", Options())) == 1


def test_a_table_that_cannot_be_used(tmp_path: Path) -> None:
    """The front ends check tables before; who does not is told."""
    with pytest.raises(TableError, match=r"missing\.toml: cannot be read"):
        analyze(LEAK, "a.py", Options(clients=(str(tmp_path / "missing.toml"),)))
