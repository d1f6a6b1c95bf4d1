"""What flake8 itself does with `# noqa`, for front ends that run without it."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Sequence

from flake8_httpleak.diagnostics import Diagnostic
from flake8_httpleak.noqa import is_silenced, line_silences

_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_NO_NUMBER = re.compile(r"# noqa:\s?HTL(?![0-9A-Za-z])", re.IGNORECASE)


def hides_file(lines: Iterable[str]) -> bool:
    """Whether a `# flake8: noqa` on a line of its own hides the whole file."""
    return any(_FILE.match(line) for line in lines)


def hidden(diagnostics: Sequence[Diagnostic], lines: Sequence[str]) -> list[bool]:
    """For each finding whether a comment hides it: on a line of the call, or in the text that flake8 joins with its first line.

    lines: the file's lines with their ends.
    """
    if not diagnostics:
        return []
    if not any("noqa" in line.lower() for line in lines):  # as nearly always; taking a file apart costs as much as its analysis
        return [False] * len(diagnostics)
    if hides_file(lines):
        return [True] * len(diagnostics)
    joined = dict(_joined(lines))
    return [is_silenced(one, lines) or line_silences(joined.get(one.span.start.line, ""), one.code) for one in diagnostics]


def without_number(lines: Iterable[str]) -> list[int]:
    """Lines with a `# noqa: HTL`: flake8 reads it as a bare `# noqa`, which hides everything on the line."""
    return [number for number, line in enumerate(lines, 1) if _NO_NUMBER.search(line)]


def _joined(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """For each line the text in which flake8 looks for a comment: strings and backslashes join several lines into one."""
    first, last = 0, 0
    try:
        for token in tokenize.generate_tokens(io.StringIO("".join(lines)).readline):
            if token.type in {tokenize.ENDMARKER, tokenize.DEDENT}:
                continue
            first = min(first or token.start[0], token.start[0])
            last = max(last, token.end[0])
            if token.type in {tokenize.NL, tokenize.NEWLINE}:
                text = "".join(lines[first - 1 : last])
                yield from ((number, text) for number in range(first, last + 1))
                first, last = 0, 0
    except (tokenize.TokenError, SyntaxError):
        return
