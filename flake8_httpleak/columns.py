"""Tables for people: columns side by side, in as many lines as the width of a terminal asks for."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import zip_longest

GAP = "  "
JOIN = "\N{NO-BREAK SPACE}"
"""A space at which no line is broken."""
NARROWEST = 20
"""A column is made no narrower than this; a terminal that is narrower still breaks the lines itself."""


def side_by_side(rows: Sequence[Sequence[str]], width: int | None, flexible: int) -> list[str]:
    """Rows as aligned lines; `width`: of the terminal, None if nobody looks. The column `flexible` wraps where room is short."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    if width is not None:
        others = sum(widths) - widths[flexible] + len(GAP) * (len(widths) - 1)
        widths[flexible] = min(widths[flexible], max(width - others, NARROWEST))
    lines: list[str] = []
    for row in rows:
        cells = [wrapped(cell, widths[flexible]) if place == flexible else [cell] for place, cell in enumerate(row)]
        lines += (_line(parts, widths) for parts in zip_longest(*cells, fillvalue=""))
    return lines


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return GAP.join(f"{cell:{size}}" for cell, size in zip(cells, widths, strict=True)).rstrip()


def wrapped(text: str, width: int | None, indent: str = "") -> list[str]:
    """A text in lines of a width, broken between words only (`JOIN` is no such place); all of it in one if nobody looks.

    indent: what the second line and those after it begin with.
    """
    lines = [text]
    if width is not None:
        size = max(width, NARROWEST)
        lines = textwrap.wrap(text, size, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]
    return [line.replace(JOIN, " ") for line in lines]
