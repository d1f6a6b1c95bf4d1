"""The fixes of a whole file: round by round, those that do not get into each other's way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from flake8_httpleak.checking import check_bytes
from flake8_httpleak.config import Settings
from flake8_httpleak.diagnostics import Diagnostic, Fix, Span, TextEdit
from flake8_httpleak.files import Document, EditError, UnreadableError
from flake8_httpleak.fixing import Fixer

ROUNDS = 10
"""Fixes that overlap wait for the next round; so many are made at most."""


@dataclass(slots=True)
class Fixed:
    """A file after its fixes: the new document, and the titles of what was done."""

    document: Document
    titles: list[str] = field(default_factory=list)
    left: int = 0
    """Findings that are still there."""


def fix_document(document: Document, path: str, settings: Settings, fixer: Fixer, *, unsafe: bool) -> Fixed:
    """Apply fixes until none is left: each round those that do not overlap, then everything is looked at anew.

    A round after which the file is no Python, or no better than before, is taken back, and ends it.
    """
    fixed = Fixed(document)
    found = _shown(document, path, settings)
    for _ in range(ROUNDS):
        offered = fixer(fixed.document.text, path, settings.options, found)
        chosen = _compatible(next((fix for fix in offered.get(one, ()) if fix.safe or unsafe), None) for one in found)
        if not chosen:
            break
        try:
            new = fixed.document.edited(edit for fix in chosen for edit in fix.edits)
            after = _shown(new, path, settings)
        except (EditError, UnreadableError):
            break
        if _weight(after) >= _weight(found):
            break
        fixed = Fixed(new, fixed.titles + [fix.title for fix in chosen])
        found = after
    fixed.left = len(found)
    return fixed


def _weight(found: list[Diagnostic]) -> tuple[int, int]:
    """How much is wrong. A client that is closed now may still be one that is made too often: that is better than before."""
    return sum(not one.code.startswith("HTL3") for one in found), len(found)


def _shown(document: Document, path: str, settings: Settings) -> list[Diagnostic]:
    """The findings of a text that are asked for; raises UnreadableError if it is no Python."""
    result = check_bytes(document.data, path, settings.options)
    if result.problem:
        raise UnreadableError(result.problem)
    return [one for one in result.diagnostics if settings.selection.shows(one.code, path)]


def _compatible(fixes: Iterable[Fix | None]) -> list[Fix]:
    """Fixes in their order, without those that touch what an earlier one changes; an import that two need is added once.

    A line that two want to move to the right is another matter: it would have to move twice, so one of them waits.
    """
    chosen: list[Fix] = []
    taken: list[TextEdit] = []
    for fix in fixes:
        if fix is None or not fix.edits:
            continue
        new = tuple(edit for edit in fix.edits if edit not in taken or not edit.text.strip())
        if any(_meet(edit.span, other.span) for edit in new for other in taken):
            continue
        chosen.append(Fix(fix.title, fix.safe, new))
        taken += new
    return chosen


def _meet(one: Span, other: Span) -> bool:
    """Whether two ranges share text, or begin at the same place."""
    return one.start == other.start or (one.start < other.end and other.start < one.end)
