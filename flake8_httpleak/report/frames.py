"""Which lines of a file show a finding, and what is marked in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flake8_httpleak.diagnostics import Position, Span
from flake8_httpleak.report.model import Entry, places_of
from flake8_httpleak.report.showing import visible

GAP = 0
"""The number of a row that stands for lines left out."""
NEAR = 3
"""So many lines between two marked ones are shown, where nobody asks for more."""
LONGEST = 400
"""Characters of a line; of a longer one the part around the mark is shown."""
TAB = "    "
_DEFINITION = re.compile(r"(\s*)(?:async\s+def|def|class)\s")


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a row with a few words. `main`: where the finding points; `good`: where another way ends well."""

    start: int
    end: int
    text: str
    main: bool
    good: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it is shown, with its number. `raw`: as it is in the file, from the column `cut` on."""

    number: int
    text: str
    marks: tuple[Mark, ...] = ()
    raw: str = ""
    cut: int = 0


def rows_of(entry: Entry, endings: Sequence[tuple[int, str]] = (), near: int = NEAR) -> list[Row]:
    """The lines of a finding: where its function begins, every station on the resource's way, and what lies close between.

    endings: lines at which other ways of the resource end well, and how. near: so many lines between two marked ones are shown.
    """
    marks = _marks(entry)
    for line, text in endings:
        if 0 < line <= len(entry.lines):
            marks.setdefault(line, []).append(_Place(_whole(entry.lines[line - 1], line), text, main=False, good=True))
    marks = {number: found for number, found in marks.items() if 0 < number <= len(entry.lines)}
    if not marks:
        return []
    shown = {*marks, *_heads(entry.lines, min(marks))}
    ordered = sorted(shown)
    rows: list[Row] = []
    for number, following in zip(ordered, [*ordered[1:], ordered[-1]], strict=True):
        rows.append(_row(entry.lines, number, marks.get(number, [])))
        if following - number > near + 1:
            rows.append(Row(GAP, ""))
        else:
            rows += [_row(entry.lines, between, []) for between in range(number + 1, following)]
    return rows


def spread(text: str) -> str:
    """A line as it is shown: tabs as blanks, nothing that a terminal would obey."""
    return visible(text.replace("\t", TAB).replace("\f", ""))


@dataclass(frozen=True, slots=True)
class _Place:
    """A range of the file and what is said of it."""

    span: Span
    text: str
    main: bool
    good: bool = False


def _marks(entry: Entry) -> dict[int, list[_Place]]:
    """What is marked, by line."""
    steps = [(one.span, one.text) for one in places_of(entry.diagnostic)]
    label = next((text for span, text in steps if span == entry.span), "")
    found = {entry.span.start.line: [_Place(entry.span, label, main=True)]}
    for span, text in steps:
        if span != entry.span:
            found.setdefault(span.start.line, []).append(_Place(span, text, main=False))
    return found


def _whole(line: str, number: int) -> Span:
    """A line without its indentation."""
    return Span(Position(number, len(line) - len(line.lstrip())), Position(number, len(line.rstrip())))


def _heads(lines: Sequence[str], number: int) -> list[int]:
    """The line of the `def` around a line, found by its indentation."""
    inner = len(lines[number - 1]) - len(lines[number - 1].lstrip())
    for above in range(number - 1, 0, -1):
        found = _DEFINITION.match(lines[above - 1])
        if found and len(found[1]) < inner:
            return [above]
    return []


def _row(lines: Sequence[str], number: int, marks: list[_Place]) -> Row:
    text = lines[number - 1]
    first = min((mark.span.start.column for mark in marks), default=0)
    cut = max(0, first - LONGEST // 4) if len(text) > LONGEST else 0
    shown = text[cut : cut + LONGEST]

    def column(position: int) -> int:
        return len(spread(shown[: max(0, position - cut)]))

    def shown_mark(mark: _Place) -> Mark:
        span = mark.span
        end = column(span.end.column if span.end.line == number else len(text))
        return Mark(column(span.start.column), end, visible(mark.text), mark.main, mark.good)

    ordered = sorted(marks, key=lambda mark: (mark.span.start, not mark.main))
    return Row(number, spread(shown), tuple(shown_mark(mark) for mark in ordered), shown, cut)
