"""What a fix changes, as the lines of a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from flake8_httpleak.diagnostics import Fix
from flake8_httpleak.files import Document, EditError


def diff_of(fix: Fix, lines: Sequence[str]) -> list[str]:
    """The diff without its two head lines; empty if the fix does not fit the lines.

    lines: those of the file, without line ends.
    """
    text = "".join(f"{line}\n" for line in lines)
    try:
        new = Document(text.encode(), "utf-8", text).edited(fix.edits).text
    except (EditError, UnicodeError):
        return []
    return list(difflib.unified_diff(list(lines), new.split("\n")[:-1], n=3, lineterm=""))[2:]
