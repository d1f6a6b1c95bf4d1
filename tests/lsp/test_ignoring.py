"""`# noqa` where it counts."""

from __future__ import annotations

import io

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.comments import hidden
from flake8_httpleak.diagnostics import Diagnostic, Level, Position, Reclaim, Span
from flake8_httpleak.files import decode
from flake8_httpleak.lsp.actions import hiding
from flake8_httpleak.lsp.ignoring import ignoring
from flake8_httpleak.options import Options

HEAD = "import requests\n\n\ndef f(u):\n"
CASES = [
    ("    r = requests.get(u, stream=True)\n", "    r = requests.get(u, stream=True)  # noqa: HTL101\n"),
    ("    r = requests.get(u, stream=True)   ", "    r = requests.get(u, stream=True)  # noqa: HTL101"),
    # a comment that is there already
    ("    r = requests.get(u, stream=True)  # noqa: E501\n", "    r = requests.get(u, stream=True)  # noqa: E501, HTL101\n"),
    (
        "    r = requests.get(u, stream=True)  # noqa:E501,W291 why\n",
        "    r = requests.get(u, stream=True)  # noqa:E501,W291,HTL101 why\n",
    ),
    (
        "    r = requests.get(u, stream=True)  # noqa: E501 W291\n",
        "    r = requests.get(u, stream=True)  # noqa: E501 W291 HTL101\n",
    ),
    (
        "    r = requests.get(u, stream=True)  # type: ignore[x]\n",
        "    r = requests.get(u, stream=True)  # type: ignore[x]  # noqa: HTL101\n",
    ),
    (
        "    r = requests.get(u, stream=True)  # pragma: no cover\n",
        "    r = requests.get(u, stream=True)  # pragma: no cover  # noqa: HTL101\n",
    ),
    # calls of several lines
    (
        "    r = requests.get(\n        u,\n        stream=True,\n    )\n",
        "    r = requests.get(  # noqa: HTL101\n        u,\n        stream=True,\n    )\n",
    ),
    (
        "    r = requests.get(\n        u,\n        stream=True,  # noqa: E501\n    )\n",
        "    r = requests.get(\n        u,\n        stream=True,  # noqa: E501, HTL101\n    )\n",
    ),
    (
        "    r = requests.get(\n        u,  # where\n        stream=True,  # how\n    )\n",
        "    r = requests.get(  # noqa: HTL101\n        u,  # where\n        stream=True,  # how\n    )\n",
    ),
    # lines that can carry no comment
    ("    r = requests.get('''\n x''', stream=True)\n", "    r = requests.get('''\n x''', stream=True)  # noqa: HTL101\n"),
    (
        "    r = \\\n        requests.get(u, \\\n        stream=True)\n",
        "    r = \\\n        requests.get(u, \\\n        stream=True)  # noqa: HTL101\n",
    ),
    (
        "    r = requests.get(u, stream=True).raw; x = '''\n\n'''\n",
        "    r = requests.get(u, stream=True).raw; x = '''\n\n'''  # noqa: HTL101\n",
    ),
    (
        "    r = requests.get('# noqa: E1',\n        stream=True)\n",
        "    r = requests.get('# noqa: E1',\n        stream=True)  # noqa: HTL101\n",
    ),
]


def found_in(text: str) -> tuple[Diagnostic, list[str]]:
    """The only finding, and the lines with their ends."""
    (one,) = analyze(text, "a.py", Options())
    return one, decode(text.encode()).lines


@pytest.mark.parametrize(("before", "after"), CASES)
def test_where(before: str, after: str) -> None:
    """The comment stands where it hides the finding, and keeps what is there."""
    one, lines = found_in(HEAD + before)
    edit = ignoring(one, lines)
    assert edit is not None
    line, column = edit.span.start.line, edit.span.start.column
    assert edit.span.end.line == line
    old = lines[line - 1]
    new = [*lines[: line - 1], old[:column] + edit.text + old[edit.span.end.column :], *lines[line:]]
    assert "".join(new) == HEAD + after
    assert hidden([one], new) == [True]


def test_nowhere() -> None:
    """Where a string shows another comment first, ours would not count: nothing is offered."""
    one, lines = found_in(HEAD + "    return requests.get('# noqa: E1', stream=True).ok\n")
    assert ignoring(one, lines) is None
    assert list(hiding([one], lines)) == []


def test_text_that_ends_early() -> None:
    """A finding of another text does no harm."""
    span = Span(Position(2, 0), Position(9, 1))
    one = Diagnostic("HTL101", "name", "text", span, Level.SURE, Reclaim.NEVER, lines=(2, 9))
    assert ignoring(one, list(io.StringIO("x = (\n  1,\n  '''"))) is not None
    assert ignoring(one, ["x = '''\n", "  1"]) is None
