"""What can be done about findings, in no editor's words yet: each fix, all safe ones, and a comment that hides the finding."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flake8_httpleak.diagnostics import Diagnostic, Fix, Position, Span, TextEdit
from flake8_httpleak.lsp.ignoring import ignoring

FIX_ALL = "source.fixAll.httpleak"
QUICK = "quickfix"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that an editor can offer. preferred: the one to take if nobody chooses."""

    title: str
    finding: Diagnostic
    edits: tuple[TextEdit, ...]
    preferred: bool = False


def fixing(findings: Sequence[Diagnostic], fixes: Mapping[Diagnostic, Sequence[Fix]]) -> Iterator[Action]:
    """The fixes of findings: of each the safe ones before others."""
    for finding in findings:
        offered = sorted(fixes.get(finding, ()), key=lambda fix: not fix.safe)
        for place, fix in enumerate(offered):
            title = fix.title if fix.safe else f"{fix.title} (unsafe)"
            yield Action(title, finding, fix.edits, preferred=fix.safe and place == 0)


def hiding(findings: Sequence[Diagnostic], lines: Sequence[str]) -> Iterator[Action]:
    """For each finding the comment that hides it. lines: the text's lines, each with its end."""
    for finding in findings:
        edit = ignoring(finding, lines)
        if edit is not None:
            yield Action(f"Ignore {finding.code} here with a 'noqa' comment", finding, (edit,))


def touched(findings: Iterable[Diagnostic], span: Span) -> list[Diagnostic]:
    """The findings on the lines of a selection, in their order."""
    first, last = span.start.line, span.end.line
    return [one for one in findings if one.span.start.line <= last and one.span.end.line >= first]


def at(findings: Iterable[Diagnostic], position: Position) -> list[Diagnostic]:
    """The findings that a place is in."""
    return [one for one in findings if one.span.start <= position <= one.span.end]


def difference(old: str, new: str) -> TextEdit | None:
    """One edit from a text to another, without what both begin and end with alike; None if they are the same.

    Both end their lines with newline characters. Whole lines are replaced, so that no edit ever ends inside a character.
    """
    if old == new:
        return None
    before, after = list(io.StringIO(old)), list(io.StringIO(new))
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    end = len(before) - tail
    is_open = end == len(before) > 0 and not before[-1].endswith("\n")  # the last line has no end that could be replaced
    stop = Position(end, len(before[-1])) if is_open else Position(end + 1, 0)
    return TextEdit(Span(Position(head + 1, 0), stop), "".join(after[head : len(after) - tail]))


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """With how many equal items two lists begin."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))
