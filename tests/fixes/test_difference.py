"""The edits between two texts: small, and together exactly the way from one to the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flake8_httpleak.diagnostics import Position, Span, TextEdit
from flake8_httpleak.files import decode
from flake8_httpleak.fixes.difference import edits_between

LINES = st.lists(st.text(alphabet=" \tab#é", max_size=6), max_size=8).map("\n".join)


def applied(old: str, edits: tuple[TextEdit, ...]) -> str:
    """A text after its edits."""
    return decode(old.encode()).edited(edits).text


@given(LINES, LINES)
def test_they_lead_there(old: str, new: str) -> None:
    """Applied to the one, they give the other."""
    assert applied(old, edits_between(old, new)) == new


@given(LINES)
def test_nothing_to_do(text: str) -> None:
    """A text needs no edit to become itself."""
    assert edits_between(text, text) == ()


def test_a_line_that_moves_is_not_written_anew() -> None:
    """Only its new white space is."""
    edits = edits_between("if x:\n    pass\nf(1)\ng(2)\n", "if x:\n    pass\n    f(1)\ng(3)\n")
    assert edits == (
        TextEdit(Span(Position(3, 0), Position(3, 0)), "    "),
        TextEdit(Span(Position(4, 2), Position(4, 3)), "3"),
    )


def test_lines_that_come_and_go() -> None:
    """Whole lines are put in and taken out, the last one too."""
    assert edits_between("a\nb\nc", "a\nc") == (TextEdit(Span(Position(2, 0), Position(3, 0)), ""),)
    assert edits_between("a", "a\nb") == (TextEdit(Span(Position(1, 1), Position(1, 1)), "\nb"),)
    assert edits_between("", "a\n") == (TextEdit(Span(Position(1, 0), Position(1, 0)), "a\n"),)
