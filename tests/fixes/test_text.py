"""A file as fixes see it: places in bytes and code points, lines that are data, names, and replacements."""

from __future__ import annotations

import ast

import pytest

from flake8_httpleak.diagnostics import Position, Span
from flake8_httpleak.fixes.text import Edits, Text

SOURCE = '''\
import requests


@decorated
def grüße(url, größe):
    """Über."""
    wörter = requests.get(url, größe); print(wörter)  # ende
    text = """
  data
"""
    return [w for w in wörter if (lambda: url)()] or f"""
{text}"""
'''


@pytest.fixture
def text() -> Text:
    """A small file with letters of two bytes."""
    return Text(SOURCE)


def first(text: Text, kind: type[ast.AST]) -> ast.AST:
    """The first node of a kind."""
    return next(node for node in ast.walk(text.tree) if isinstance(node, kind))


def test_places(text: Text) -> None:
    """Columns of the syntax tree count bytes, ours count code points."""
    call = next(one for one in ast.walk(text.tree) if isinstance(one, ast.Call) and text.of(one).startswith("requests"))
    assert text.of(call) == "requests.get(url, größe)"
    assert text.call_at(Span(Position(7, 13), Position(7, 37))) is call
    assert text.call_at(Span(Position(7, 12), Position(7, 37))) is None
    assert text.call_at(Span(Position(99, 0), Position(99, 1))) is None


def test_lines(text: Text) -> None:
    """Decorators belong to their function; what begins inside a string is data."""
    function = next(one for one in text.tree.body if isinstance(one, ast.FunctionDef))
    assert (text.first_line(function), text.last_line(function)) == (4, 12)
    assert text.inner_lines == {9, 10, 12}
    assert [text.stands_alone(one) for one in function.body] == [True, False, False, True, True]
    assert text.stands_alone(function)
    assert text.indent(function.body[0]) == "    "
    assert text.line_start(len(text.lines) + 1) == len(SOURCE)


def test_around(text: Text) -> None:
    """The statement, the function, the class and the block of a node."""
    call = next(one for one in ast.walk(text.tree) if isinstance(one, ast.Call) and text.of(one) == "print(wörter)")
    function = text.tree.body[1]
    assert text.statement_of(call) in text.block_of(text.statement_of(call) or function)
    assert text.scope_of(call) is function
    assert text.scope_of(function) is text.tree
    assert text.class_of(call) is None
    assert text.block_of(text.tree.body[0]) is text.tree.body


@pytest.mark.parametrize(
    ("source", "deferred"),
    [
        ("x = g(f())", False),
        ("x = lambda: f()", True),
        ("x = [f() for y in z]", True),
        ("x = f() if y else 1", True),
        ("x = 1 if f() else 2", False),
        ("x = f() or y", False),
        ("x = y and f()", True),
        ("x = f() < y < z", False),
        ("x = y < f()", False),
        ("x = y < z < f()", True),
        ("assert f(), y", False),
        ("assert y, f()", True),
        ("while f(): pass", True),
        ("for x in f(): pass", False),
    ],
)
def test_deferred(source: str, deferred: bool) -> None:  # noqa: FBT001 - a column of the table
    """Whether a call is made exactly once when its statement is executed."""
    text = Text(source)
    call = next(one for one in ast.walk(text.tree) if isinstance(one, ast.Call) and text.of(one) == "f()")
    assert text.is_deferred(call, text.tree.body[0]) is deferred


def test_names(text: Text) -> None:
    """A free name is one that the function does not use."""
    function = text.tree.body[1]
    assert {"url", "größe", "wörter", "text", "w"} <= text.names(function)
    assert text.free_name("client", function) == "client"
    assert text.free_name("text", function) == "http_text"
    both = Text("client = http_client = client_2 = 1")
    assert both.free_name("client", both.tree) == "client_3"


@pytest.mark.parametrize(
    ("source", "unit"),
    [("if x:\n\ty()\n", "\t"), ("if x:\n  y()\n", "  "), ("if x: y()\n", "    "), ("class C:\n   def f(): pass\n", "   ")],
)
def test_unit(source: str, unit: str) -> None:
    """What the file indents with."""
    assert Text(source).unit == unit


def test_limit() -> None:
    """A narrow file stays narrow; others get what is usual, or what they have."""
    assert Text("x = 1\n").limit == 88
    assert Text("\n".join([f"x = '{'a' * 68}'"] * 5)).limit == 79
    assert Text(f"x = '{'a' * 100}'\n").limit == 106
    assert Text(f"x = '{'a' * 200}'\n").limit == 120
    assert Text("x = 1  # why\n").code_length(1) == 5


def test_replacements(text: Text) -> None:
    """They are made together, in the order of their places; those that cut each other are refused."""
    edits = Edits(text)
    edits.insert_lines(1, ["import os"])
    edits.delete_lines(2, 2)
    edits.replace(0, 6, "from")
    assert (edits.apply() or "").startswith("import os\nfrom requests\n\n@decorated")
    edits.replace(3, 8, "x")
    assert edits.apply() is None


def test_last_line_without_an_end() -> None:
    """A line that is added behind it gets one before it."""
    edits = Edits(Text("x = 1"))
    edits.insert_lines(2, ["y = 2"])
    assert edits.apply() == "x = 1\ny = 2\n"


def test_indenting_leaves_data_alone(text: Text) -> None:
    """Lines of strings and empty lines do not move."""
    edits = Edits(text)
    edits.indent(range(7, 12), "    ")
    moved = (edits.apply() or "").split("\n")
    assert [line[:8] for line in moved[6:12]] == ["        ", "        ", "  data", '"""', "        ", "{text}" + '""']
