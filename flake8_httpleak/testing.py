"""For tests: fixture files that say what must be reported in them, and a count of the sockets that a process holds.

A fixture is a Python file with comments on the lines that must be reported:

    r = requests.get(url, stream=True)  # expect: HTL101
    r = requests.get(url, stream=True)  # expect: HTL101@9, HTL601

The number after `@` is the column as flake8 prints it, from 1. Lines of their own among the first ten set the scene:
`# enable: HTL6, HTL9`, `# reclaim: never`, `# python: >=3.12`. A comment that looks like one of these and is not is an error.

`check_file(path)` compares a fixture with the analysis. Counting sockets needs `psutil`; as a pytest fixture:

    from flake8_httpleak.testing import held_sockets  # noqa: F401

    def test_download_releases(held_sockets, server_url):
        download(server_url)
        assert held_sockets() == 0
"""

from __future__ import annotations

import gc
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from flake8_httpleak.diagnostics import Diagnostic
from flake8_httpleak.noqa import is_silenced
from flake8_httpleak.options import Options, read_enable, read_reclaim

OPEN = frozenset({"ESTABLISHED", "CLOSE_WAIT"})
HEADER_LINES = 10

_ITEM = re.compile(r"(?P<code>HTL[0-9]{3})(?:@(?P<column>[1-9][0-9]*))?")
_HEADER = re.compile(r"# (?P<word>enable|reclaim|python): (?P<value>.+)")
_PYTHON = re.compile(r">=3\.(?P<minor>[0-9]+)")
_SUSPECT = re.compile(r"\bexp\w{0,2}ct|\bHTL|^\s*(?:enabled?|reclaims?|pythons?)\b\s*[:=]", re.IGNORECASE)


class FixtureError(ValueError):
    """A comment of a fixture that does not follow the grammar; the text names file and line."""


@dataclass(frozen=True, slots=True, order=True)
class Expectation:
    """A report that must come: its line, its code, its column from 1 (0: any)."""

    line: int
    code: str
    column: int = 0


@dataclass(frozen=True, slots=True)
class Fixture:
    """What a fixture file says: its expectations, the settings to analyse it with, the oldest Python that reads it."""

    file: str
    source: str
    expected: tuple[Expectation, ...] = ()
    options: Options = field(default_factory=Options)
    python: tuple[int, int] = (3, 11)

    @property
    def readable(self) -> bool:
        """Whether the running Python knows its syntax."""
        return sys.version_info >= self.python


def read_fixture(path: Path) -> Fixture:
    """Read a fixture file; raises FixtureError for a comment that does not follow the grammar."""
    source = path.read_text(encoding="utf-8")
    fixture = _headers(Fixture(path.as_posix(), source))
    if not fixture.readable:
        return fixture
    return replace(fixture, expected=tuple(sorted(expectations(source, fixture.file))))


def expectations(source: str, file: str, word: str = "expect: ") -> Iterator[Expectation]:
    """The reports that a file's comments ask for.

    word: what such a comment begins with; empty in the examples of rule pages, where `# HTL101` says it all.
    Raises FixtureError for a comment that is almost one.
    """
    for line, comment in _comments(source):
        for part in comment.split("#")[1:]:
            text = part.strip()
            if text.lower().startswith("noqa") or _HEADER.fullmatch(f"# {text}"):
                continue
            items = _items(text.removeprefix(word)) if text.startswith(word) else None
            if items is not None:
                yield from (Expectation(line, code, column) for code, column in items)
            elif _SUSPECT.search(text):
                raise FixtureError(
                    f"{file}:{line}: '# {text}' is no expectation; write '# {word}HTL101' or '# {word}HTL101@5, HTL601'"
                )


def differences(fixture: Fixture, found: Iterable[Diagnostic]) -> list[str]:
    """Compare reports with expectations; one line for each missed alarm, false alarm and wrong column, in order of lines.

    Reports that a `# noqa` silences do not count.
    """
    lines = fixture.source.splitlines(keepends=True)
    reports = [one for one in found if not is_silenced(one, lines)]
    missed: list[tuple[int, str]] = []
    for wanted in fixture.expected:
        match = next((one for one in reports if _meets(one, wanted)), None)
        if match is None:
            column = f" at column {wanted.column}" if wanted.column else ""
            missed.append((wanted.line, f"{fixture.file}:{wanted.line}: missed {wanted.code}{column}"))
        else:
            reports.remove(match)
    false = [(one.span.start.line, _described(fixture.file, one)) for one in reports]
    return [text for _, text in sorted(missed + false)]


def check_file(path: Path) -> list[str]:
    """Analyse a fixture and compare; empty if all is as it says, or if the running Python cannot read it."""
    from flake8_httpleak.analyze import analyze

    fixture = read_fixture(path)
    return differences(fixture, analyze(fixture.source, fixture.file, fixture.options)) if fixture.readable else []


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _items(text: str) -> list[tuple[str, int]] | None:
    """`HTL101@5, HTL601` as codes and columns; None if it is anything else."""
    found = [_ITEM.fullmatch(item.strip()) for item in text.split(",")]
    matches = [match for match in found if match is not None]
    return [(match["code"], int(match["column"] or 0)) for match in matches] if len(matches) == len(found) else None


def _headers(fixture: Fixture) -> Fixture:
    options = fixture.options
    for number, line in enumerate(fixture.source.splitlines()[:HEADER_LINES], 1):
        header = _HEADER.fullmatch(line.strip())
        if header is None:
            continue
        word, value = header["word"], header["value"].strip()
        try:
            if word == "enable":
                options = replace(options, enable=read_enable(part.strip() for part in value.split(",")))
            elif word == "reclaim":
                options = replace(options, reclaim=read_reclaim(value))
            else:
                fixture = replace(fixture, python=(3, _minor(value)))
        except ValueError as error:
            raise FixtureError(f"{fixture.file}:{number}: {error}") from None
    return replace(fixture, options=options)


def _minor(value: str) -> int:
    match = _PYTHON.fullmatch(value)
    if match is None:
        raise FixtureError(f"python: '{value}' is not of the form >=3.12")
    return int(match["minor"])


def _meets(found: Diagnostic, wanted: Expectation) -> bool:
    start = found.span.start
    return (start.line, found.code) == (wanted.line, wanted.code) and wanted.column in {0, start.column + 1}


def _described(file: str, found: Diagnostic) -> str:
    start = found.span.start
    return f"{file}:{start.line}:{start.column + 1}: not expected: {found.code} {found.message}"


def count_sockets() -> int:
    """TCP connections of this process that are open, or that only the other side has closed.

    A server that runs in the same process has ends of its own, which are not counted: they come from a port that it listens on.
    """
    import psutil

    found = psutil.Process().net_connections("tcp")
    served = {one.laddr.port for one in found if one.status == "LISTEN"}
    return len([one for one in found if one.status in OPEN and one.laddr.port not in served])


@pytest.fixture
def held_sockets() -> Iterator[Callable[[], int]]:
    """A function that says how many more connections are open than when the test began.

    The cycle collector is off during the test, so that what only it would free is counted.
    """
    before = count_sockets()
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield lambda: count_sockets() - before
    finally:
        if was_on:
            gc.enable()
