"""Columns in the editor's units and in ours."""

from __future__ import annotations

import pytest

from flake8_httpleak.diagnostics import Position
from flake8_httpleak.lsp.encodings import Encoding, from_units, to_units

LINES = ["x = 1\n", "a😀ß€z\n", "end"]
CODE = {Encoding.UTF8: "utf-8", Encoding.UTF16: "utf-16-le", Encoding.UTF32: "utf-32-le"}
WIDTH = {Encoding.UTF8: 1, Encoding.UTF16: 2, Encoding.UTF32: 4}


@pytest.mark.parametrize("encoding", list(Encoding))
def test_there_and_back(encoding: Encoding) -> None:
    """Every place of every line, as Python's own codecs count it."""
    for number, line in enumerate(LINES, 1):
        text = line.rstrip("\n")
        for column in range(len(text) + 1):
            units = len(text[:column].encode(CODE[encoding])) // WIDTH[encoding]
            assert to_units(Position(number, column), LINES, encoding) == (number - 1, units)
            assert from_units(number - 1, units, LINES, encoding) == Position(number, column)


def test_inside_a_character() -> None:
    """An editor that points into the middle of one means that one."""
    assert from_units(1, 2, LINES, Encoding.UTF16) == Position(2, 1)
    assert from_units(1, 4, LINES, Encoding.UTF8) == Position(2, 1)


def test_outside() -> None:
    """Places that are not there."""
    assert from_units(1, 99, LINES, Encoding.UTF16) == Position(2, 5)
    assert from_units(0, 99, LINES, Encoding.UTF16) == Position(1, 5)
    assert from_units(7, 1, LINES, Encoding.UTF16) == Position(4, 0)
    assert to_units(Position(9, 9), LINES, Encoding.UTF16) == (2, 3)
    assert to_units(Position(0, 0), LINES, Encoding.UTF16) == (0, 0)
    assert to_units(Position(1, 0), [], Encoding.UTF16) == (0, 0)


def test_half_a_surrogate_pair() -> None:
    """What no encoding has is counted all the same."""
    assert to_units(Position(1, 1), ["\ud800x"], Encoding.UTF8) == (0, 3)
