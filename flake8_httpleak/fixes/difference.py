"""The edits that lead from one text to another: small, and silent about everything that stays."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from flake8_httpleak.diagnostics import Position, Span, TextEdit


def edits_between(old: str, new: str) -> tuple[TextEdit, ...]:
    """What to replace in the old text. A line that only moves to the right or left is not written anew."""
    before, after = old.split("\n"), new.split("\n")
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    middle, wanted = before[head : len(before) - tail], after[head : len(after) - tail]
    matcher = SequenceMatcher(None, [line.strip() for line in middle], [line.strip() for line in wanted], autojunk=False)
    found: list[TextEdit] = []
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal" or (tag == "replace" and last - first == end - start):
            for offset in range(last - first):
                found.extend(_within(head + first + offset, middle[first + offset], wanted[start + offset]))
        else:
            found.append(_lines(head + first, head + last, wanted[start:end], before))
    return tuple(_joined(found))


def _joined(edits: list[TextEdit]) -> Iterator[TextEdit]:
    """Edits that touch become one: of two at the same place nobody could tell which comes first."""
    last: TextEdit | None = None
    for edit in edits:
        if last is not None and last.span.end == edit.span.start:
            last = TextEdit(Span(last.span.start, edit.span.end), last.text + edit.text)
            continue
        if last is not None:
            yield last
        last = edit
    if last is not None:
        yield last


def _common(one: list[str], other: list[str]) -> int:
    """How many lines two lists begin with alike."""
    return next((index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _within(index: int, old: str, new: str) -> Iterator[TextEdit]:
    """The edit of one line, if there is one."""
    if old == new:
        return
    limit = min(len(old), len(new))
    head = next((at for at in range(limit) if old[at] != new[at]), limit)
    tail = next((at for at in range(limit - head) if old[-1 - at] != new[-1 - at]), limit - head)
    yield TextEdit(Span(Position(index + 1, head), Position(index + 1, len(old) - tail)), new[head : len(new) - tail])


def _lines(first: int, last: int, new: list[str], before: list[str]) -> TextEdit:
    """The edit that puts lines in the place of others; the last line of a text has no end of its own."""
    if last < len(before):
        return TextEdit(Span(Position(first + 1, 0), Position(last + 1, 0)), "".join(f"{line}\n" for line in new))
    end = Position(len(before), len(before[-1]))
    if first == 0:
        return TextEdit(Span(Position(1, 0), end), "\n".join(new))
    start = Position(first, len(before[first - 1]))
    return TextEdit(Span(start, end), "".join(f"\n{line}" for line in new))
