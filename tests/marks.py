"""Comments that say what must be reported: `# HTL101` or `# HTL101 HTL903` at the end of a line."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable

from flake8_httpleak.analyze import analyze
from flake8_httpleak.diagnostics import Diagnostic
from flake8_httpleak.noqa import is_silenced
from flake8_httpleak.options import Options

MAX_MESSAGE = 120

_MARK = re.compile(r"# (HTL\d{3}(?: HTL\d{3})*)")
_NOQA = re.compile(r"#\s*noqa\b", re.IGNORECASE)


def marks(source: str) -> list[tuple[int, str]]:
    """The reports that a text asks for, by line and code; a comment that is almost a mark fails."""
    found: list[tuple[int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT or "HTL" not in token.string or _NOQA.match(token.string):
            continue
        match = _MARK.fullmatch(token.string)
        assert match is not None, f"line {token.start[0]}: '{token.string}' is no mark; write '# HTL101' or '# HTL101 HTL903'"
        found += [(token.start[0], code) for code in match[1].split()]
    return sorted(found)


def reports(source: str, name: str, enable: Iterable[str] = ()) -> list[Diagnostic]:
    """What the analysis says of a text, without what a `# noqa` hides."""
    lines = source.splitlines(keepends=True)
    return [one for one in analyze(source, name, Options(enable=tuple(enable))) if not is_silenced(one, lines)]


def compare(source: str, name: str, enable: Iterable[str] = ()) -> list[Diagnostic]:
    """Assert that exactly the marked lines of a text are reported, in messages as they should be; the reports."""
    found = reports(source, name, enable)
    said = [f"{one.span.start.line}: {one.code} {one.message}" for one in found]
    assert sorted((one.span.start.line, one.code) for one in found) == marks(source), said
    for one in found:
        assert one.message.isascii(), one.message
        assert one.message.isprintable(), one.message  # one line, no tab
        assert len(one.message) <= MAX_MESSAGE, one.message
    return found
