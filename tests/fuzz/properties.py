"""What holds for every text, whatever it is: what the fuzzing checks."""

from __future__ import annotations

import ast
import io
import re
import time
import tokenize
import warnings
from dataclasses import replace

from flake8_httpleak.analyze import analyze
from flake8_httpleak.diagnostics import Diagnostic, Position, Span
from flake8_httpleak.files import decode
from flake8_httpleak.fixing import load_fixer
from flake8_httpleak.options import Options

OPTIONS = Options(enable=("HTL6", "HTL9"))
LONGEST = 20.0
"""Seconds for one text. Far more than any needs; what takes longer has met a cost that explodes."""
NAME = "fuzzed.py"
REMARKS = ("", "# a remark", "    # an indented one, r.close()", "\t", "#: 'quotes\" and ( brackets")
_LINE = re.compile(r"\bline (\d+)")
_STRINGS = frozenset(getattr(tokenize, name, -1) for name in ("FSTRING_START", "TSTRING_START"))
_ENDS = frozenset(getattr(tokenize, name, -1) for name in ("FSTRING_END", "TSTRING_END"))


def findings(source: str) -> list[Diagnostic]:
    """What the analysis says of a text; raises SyntaxError where it is no Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Python thinks of the text's escapes and comparisons
        return analyze(source, NAME, OPTIONS)


def is_python(source: str) -> bool:
    """Whether this interpreter reads the text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def check(source: str, seed: int = 0) -> list[Diagnostic]:
    """Check everything that must hold for a text; gives its findings, none if it is no Python.

    seed: chooses which remarks are put into it.
    """
    began = time.perf_counter()
    try:
        found = findings(source)
    except SyntaxError:
        assert not is_python(source)
        return []
    assert time.perf_counter() - began < LONGEST
    assert found == findings(source), "another answer the second time"
    assert found == sorted(found, key=lambda one: (one.span, one.code)), "not in order"
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for one in found:
        _check_finding(one, lines)
    _check_remarks(source, found, seed)
    return found


def _check_finding(one: Diagnostic, lines: list[str]) -> None:
    """It speaks of places that exist, in one line that is safe to print."""
    for span in (one.span, *(step.span for step in one.steps), *(other.span for other in one.related)):
        assert 1 <= span.start.line <= span.end.line <= len(lines), f"{one.code} speaks of {span}"
        assert span.start < span.end, f"{one.code} speaks of {span}"
        assert span.end.column <= len(lines[span.end.line - 1]), f"{one.code} speaks of {span}"
    assert one.message.isascii(), one.message
    assert one.message.isprintable(), one.message
    assert one.lines == (one.span.start.line, one.span.end.line)


def _check_remarks(source: str, found: list[Diagnostic], seed: int) -> None:
    """Comments and blank lines change nothing but line numbers."""
    changed = with_remarks(source, seed)
    if changed is not None:
        text, new = changed
        assert findings(text) == [moved(one, new) for one in found], "remarks change the findings"


def with_remarks(source: str, seed: int = 0) -> tuple[str, dict[int, int]] | None:
    """The same program with comments and blank lines in it, and for each old line the new one.

    None where Python's tokenizer, which is stricter than its parser, does not read it.
    """
    if "\r" in source or "\f" in source:
        return None
    try:
        places = _line_ends(source)
    except (tokenize.TokenError, SyntaxError):
        return None
    new: dict[int, int] = {0: 0}
    written: list[str] = []
    for number, line in enumerate(source.split("\n"), 1):
        written.append(line)
        new[number] = len(written)
        if number in places and (number * 7 + seed) % 3:
            written.append(REMARKS[(number + seed) % len(REMARKS)])
    text = "\n".join(written)
    return (text, new) if is_python(text) else None


def _line_ends(source: str) -> set[int]:
    """Lines after which a comment may stand: those that end in no string and with no backslash."""
    found: set[int] = set()
    inside = 0
    for token in tokenize.generate_tokens(io.StringIO(source, newline="\n").readline):
        inside += (token.type in _STRINGS) - (token.type in _ENDS)
        if token.type in (tokenize.NEWLINE, tokenize.NL) and not inside and token.string:
            found.add(token.start[0])
    return found


def moved(one: Diagnostic, new: dict[int, int]) -> Diagnostic:
    """A finding as it would be if its lines had other numbers."""

    def place(span: Span) -> Span:
        start, end = span.start, span.end
        return Span(Position(new[start.line], start.column), Position(new[end.line], end.column))

    def text(words: str) -> str:
        return _LINE.sub(lambda match: f"line {new[int(match[1])]}", words)

    return replace(
        one,
        message=text(one.message),
        span=place(one.span),
        steps=tuple(replace(step, span=place(step.span), text=text(step.text)) for step in one.steps),
        related=tuple(replace(other, span=place(other.span), text=text(other.text)) for other in one.related),
        lines=(new[one.lines[0]], new[one.lines[1]]),
    )


def check_fixes(source: str) -> int:
    """Each fix gives a program without its finding, and the same one when it is asked for again; says how many there were."""
    if not is_python(source):
        return 0
    found = findings(source)
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    fixer = load_fixer()
    fixes = fixer(text, NAME, OPTIONS, found)
    assert fixes == fixer(text, NAME, OPTIONS, found), "other fixes the second time"
    for one in found:
        for fix in fixes.get(one, ()):
            mended = decode(text.encode()).edited(fix.edits).text
            assert is_python(mended), f"{one.code}: {fix.title}: no Python any more"
            assert one not in findings(mended), f"{one.code}: {fix.title}: the finding is still there"
    return sum(map(len, fixes.values()))
