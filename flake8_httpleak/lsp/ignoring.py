"""`# noqa: HTLnnn` put where it hides a finding: on a line that can carry a comment, merged with the one that is there."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from flake8_httpleak.comments import hidden
from flake8_httpleak.diagnostics import Diagnostic, Position, Span, TextEdit

_LISTED = re.compile(r"# noqa:\s?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)", re.IGNORECASE)
_BETWEEN = re.compile(r"[,\s]+")


@dataclass(slots=True)
class _Ends:
    """Where physical lines end with nothing but a comment: by line the column of the comment, or of the line's end."""

    comments: dict[int, int] = field(default_factory=dict)
    ends: set[int] = field(default_factory=set)


def ignoring(diagnostic: Diagnostic, lines: Sequence[str]) -> TextEdit | None:
    """The edit that hides one finding; None if no comment can.

    lines: the file's lines, each with its end.
    """
    found = _ends(lines)
    for number in _candidates(diagnostic, found, lines):
        edit = _edit(number, lines[number - 1].rstrip("\n"), found.comments.get(number), diagnostic.code)
        if hidden([diagnostic], [*lines[: number - 1], _after(lines[number - 1], edit), *lines[number:]])[0]:
            return edit
    return None


def _ends(lines: Sequence[str]) -> _Ends:
    found = _Ends()
    try:
        for token in tokenize.generate_tokens(io.StringIO("".join(lines)).readline):
            if token.type == tokenize.COMMENT:
                found.comments[token.start[0]] = token.start[1]
            elif token.type in {tokenize.NL, tokenize.NEWLINE}:
                found.ends.add(token.start[0])
    except (tokenize.TokenError, SyntaxError):
        pass  # what comes after cannot carry a comment that counts
    return found


def _candidates(diagnostic: Diagnostic, found: _Ends, lines: Sequence[str]) -> Iterator[int]:
    """Lines to try: those of the call that list codes already, its first line, its others, and the next one."""
    first = diagnostic.span.start.line
    last = max(first, diagnostic.lines[1])
    call = [number for number in range(first, min(last, len(lines)) + 1) if number in found.ends]
    yield from (number for number in call if _listed(lines[number - 1], found.comments.get(number)) is not None)
    yield from call
    yield from islice((number for number in range(last + 1, len(lines) + 1) if number in found.ends), 1)


def _listed(line: str, comment: int | None) -> re.Match[str] | None:
    """The list of codes in the comment of a line that begins at a column."""
    return _LISTED.search(line, comment) if comment is not None else None


def _edit(number: int, line: str, comment: int | None, code: str) -> TextEdit:
    """Add a code to the comment's list, or a comment of its own at the end of the line."""
    listed = _listed(line, comment)
    if listed is not None:
        between = _BETWEEN.search(listed["codes"])
        at = Position(number, listed.end())
        return TextEdit(Span(at, at), f"{between[0] if between else ', '}{code}")
    text = line.rstrip()
    return TextEdit(Span(Position(number, len(text)), Position(number, len(line))), f"  # noqa: {code}")


def _after(line: str, edit: TextEdit) -> str:
    """The line as it is after an edit in it."""
    return line[: edit.span.start.column] + edit.text + line[edit.span.end.column :]
