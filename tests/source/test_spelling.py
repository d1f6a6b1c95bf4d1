"""Names in the one form that Python gives them."""

from __future__ import annotations

import ast

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.options import Options
from flake8_httpleak.source.spelling import as_python_reads

WIDE, SCRIPT, LONG, ACCENT, LIGATURE = "\uff52", "\U0001d4bb", "\u017f", "e\u0301", "\ufb01"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("r = 'plain'\n", "r = 'plain'\n"),
        (f"{WIDE} = '{WIDE}'  # {WIDE}\n", f"r = '{WIDE}'  # {WIDE}\n"),
        (f"x.{SCRIPT}1({LONG})\n", "x.f1(s)\n"),
        (f"{ACCENT}t{ACCENT}2 = {ACCENT}\n", "\u00e9t\u00e92   = \u00e9 \n"),
        (f"caf\u00e9 = '{ACCENT}'\n", f"caf\u00e9 = '{ACCENT}'\n"),
        (f"{LIGATURE} = {WIDE}\n", f"{LIGATURE} = r\n"),
        ("\U0001d422f = 1\n", "\U0001d422f = 1\n"),  # `if` in other letters is a name
        (f"\f{WIDE} = (\n{WIDE},\n)\n", "\fr = (\nr,\n)\n"),
        (f"{WIDE} = (\n", f"{WIDE} = (\n"),
    ],
)
def test_names(text: str, read: str) -> None:
    """Each at its place; strings, comments, and what cannot be read stay as they are."""
    assert as_python_reads(text) == read
    assert len(read) == len(text)
    if not text.endswith("(\n"):
        assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(read))


def test_what_follows_from_it() -> None:
    """What is made under a name is closed under another shape of it, and a method is known in every shape; columns are right."""
    head = "import requests\n\n\ndef f(u):\n"
    assert analyze(f"{head}    {WIDE}{ACCENT} = requests.get(u, stream=True)\n    r\u00e9.close()\n", "a.py", Options()) == []
    (found,) = analyze(
        f"{head}    {ACCENT}{ACCENT} = requests.\U0001d4f0et(u, stream=True)\n    return {ACCENT}\u00e9.ok\n", "a.py", Options()
    )
    assert (found.code, found.span.start.column, found.span.end.column) == ("HTL101", 11, 39)
