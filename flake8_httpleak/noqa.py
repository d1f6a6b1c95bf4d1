"""`# noqa` comments, with flake8's meaning, on any line of the acquiring call: formatters move comments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_httpleak.diagnostics import Diagnostic

_COMMENT = re.compile(r"# noqa(?::\s?(?P<codes>(?:[a-z]+[0-9]+[,\s]*)+))?", re.IGNORECASE)


def line_silences(line: str, code: str) -> bool:
    """Tell whether a comment on this line hides this code.

    A blanket `# noqa` hides all codes, and so does one whose codes have no digits (`# noqa: HTL`), as in flake8.
    A listed code hides those that begin with it.
    """
    comment = _COMMENT.search(line)
    if comment is None:
        return False
    codes = comment["codes"]
    return codes is None or code.startswith(tuple(codes.replace(",", " ").split()))


def is_silenced(diagnostic: Diagnostic, lines: Sequence[str]) -> bool:
    """Tell whether a comment on any line of the acquiring call hides this finding.

    lines: the file's physical lines.
    """
    first, last = diagnostic.lines
    start = diagnostic.span.start.line
    covered = {start, *range(first, last + 1)} if first else {start}
    return any(line_silences(lines[number - 1], diagnostic.code) for number in covered if 0 < number <= len(lines))
