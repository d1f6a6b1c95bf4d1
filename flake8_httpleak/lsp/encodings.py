"""Columns in three units: ours are code points, editors count UTF-16 or UTF-8 code units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from flake8_httpleak.diagnostics import Position


class Encoding(StrEnum):
    """What an editor counts, by the protocol's name for it."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


def _utf16(letter: str) -> int:
    return 2 if ord(letter) > 0xFFFF else 1  # noqa: PLR2004 - the last character that is one unit


def _utf8(letter: str) -> int:
    return len(letter.encode("utf-8", "surrogatepass"))


_UNITS: dict[Encoding, Callable[[str], int]] = {Encoding.UTF16: _utf16, Encoding.UTF8: _utf8, Encoding.UTF32: lambda _: 1}


def to_units(position: Position, lines: Sequence[str], encoding: Encoding) -> tuple[int, int]:
    """Line and column as the protocol has them, both from 0.

    lines: the text's lines, with or without ends. Places outside them are moved to the nearest inside.
    """
    line = min(position.line, len(lines)) - 1
    if line < 0:
        return 0, 0
    before = lines[line].rstrip("\n")[: position.column]
    return line, len(before) if before.isascii() else sum(map(_UNITS[encoding], before))


def from_units(line: int, column: int, lines: Sequence[str], encoding: Encoding) -> Position:
    """The place of the protocol's line and column; one inside a character is moved to its start."""
    if line >= len(lines):
        return Position(len(lines) + 1, 0)
    text = lines[line].rstrip("\n")
    if text.isascii():
        return Position(line + 1, min(column, len(text)))
    count = 0
    for index, letter in enumerate(text):
        count += _UNITS[encoding](letter)
        if count > column:
            return Position(line + 1, index)
    return Position(line + 1, len(text))
