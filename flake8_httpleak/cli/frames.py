"""Which lines of a file show a finding, and what is marked in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flake8_httpleak.diagnostics import Span
from flake8_httpleak.report.model import Entry, places_of, visible

GAP = 0
"""The number of a row that stands for lines left out."""
NEAR = 3
"""So many lines between two marked ones are shown."""
LONGEST = 400
"""Characters of a line; of a longer one the part around the mark is shown."""
TAB = "    "
_DEFINITION = re.compile(r"(\s*)(?:async\s+def|def|class)\s")


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a row with a few words. `main`: where the finding points."""

    start: int
    end: int
    text: str
    main: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it is shown, with its number."""

    number: int
    text: str
    marks: tuple[Mark, ...] = ()


def rows_of(entry: Entry) -> list[Row]:
    """The lines of a finding: where its function begins, every station on the resource's way, and what lies close between."""
    marks = _marks(entry)
    marks = {number: found for number, found in marks.items() if 0 < number <= len(entry.lines)}
    if not marks:
        return []
    shown = {*marks, *_heads(entry.lines, min(marks))}
    ordered = sorted(shown)
    rows: list[Row] = []
    for number, following in zip(ordered, [*ordered[1:], ordered[-1]], strict=True):
        rows.append(_row(entry.lines, number, marks.get(number, [])))
        if following - number > NEAR + 1:
            rows.append(Row(GAP, ""))
        else:
            rows += [_row(entry.lines, between, []) for between in range(number + 1, following)]
    return rows


def spread(text: str) -> str:
    """A line as it is shown: tabs as blanks, nothing that a terminal would obey."""
    return visible(text.replace("\t", TAB).replace("\f", ""))


def _marks(entry: Entry) -> dict[int, list[tuple[Span, str, bool]]]:
    """By line: a range, what is said of it, whether the finding points there."""
    found: dict[int, list[tuple[Span, str, bool]]] = {}
    steps = [(one.span, one.text) for one in places_of(entry.diagnostic)]
    label = next((text for span, text in steps if span == entry.span), "")
    found[entry.span.start.line] = [(entry.span, label, True)]
    for span, text in steps:
        if span != entry.span:
            found.setdefault(span.start.line, []).append((span, text, False))
    return found


def _heads(lines: Sequence[str], number: int) -> list[int]:
    """The line of the `def` around a line, found by its indentation."""
    inner = len(lines[number - 1]) - len(lines[number - 1].lstrip())
    for above in range(number - 1, 0, -1):
        found = _DEFINITION.match(lines[above - 1])
        if found and len(found[1]) < inner:
            return [above]
    return []


def _row(lines: Sequence[str], number: int, marks: list[tuple[Span, str, bool]]) -> Row:
    text = lines[number - 1]
    first = min((span.start.column for span, _, _ in marks), default=0)
    cut = max(0, first - LONGEST // 4) if len(text) > LONGEST else 0
    shown = text[cut : cut + LONGEST]

    def column(position: int) -> int:
        return len(spread(shown[: max(0, position - cut)]))

    return Row(
        number,
        spread(shown),
        tuple(
            Mark(
                column(span.start.column), column(span.end.column if span.end.line == number else len(text)), visible(said), main
            )
            for span, said, main in sorted(marks, key=lambda mark: (mark[0].start, not mark[2]))
        ),
    )
