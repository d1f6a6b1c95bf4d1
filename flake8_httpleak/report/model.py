"""What every format is fed with: entries that know their file, their severity and their fingerprint."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

from flake8_httpleak.diagnostics import Diagnostic, Fix, Level, Position, Reclaim, Related, Span, Step
from flake8_httpleak.fingerprints import Spot, fingerprints, spot_of


class Severity(StrEnum):
    """How bad, in SARIF's words."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


_ORDER = [Severity.ERROR, Severity.WARNING, Severity.NOTE]
_OF_RECLAIM = {Reclaim.NEVER: Severity.ERROR, Reclaim.COLLECTOR: Severity.WARNING, Reclaim.REFERENCE: Severity.NOTE}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a report: a finding of ours, or what another flake8 plugin said.

    path: as the reader is to see it. lines: the text of its file. diagnostic: None for other plugins' violations.
    fixes: alternatives, if the format asked for them. fingerprint: unique in its file, the same when lines move.
    """

    path: str
    code: str
    message: str
    span: Span
    severity: Severity
    fingerprint: str
    name: str = ""
    diagnostic: Diagnostic | None = None
    fixes: tuple[Fix, ...] = ()
    lines: Sequence[str] = field(default=(), repr=False, compare=False)

    @property
    def has_end(self) -> bool:
        """Whether more than the start is known."""
        return self.span.end > self.span.start


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be checked, and why, in one line."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found, in the order in which it is shown."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()


def severity_of(diagnostic: Diagnostic) -> Severity:
    """What is never freed is an error, what waits for the collector a warning, the rest a note; exc and hint one step milder."""
    severity = _OF_RECLAIM[diagnostic.reclaim]
    milder = diagnostic.level in {Level.EXC, Level.HINT}
    return _ORDER[min(_ORDER.index(severity) + milder, len(_ORDER) - 1)]


def entries_of(
    path: str,
    diagnostics: Sequence[Diagnostic],
    lines: Sequence[str],
    fixes: Mapping[Diagnostic, tuple[Fix, ...]] | None = None,
    *,
    named: bool = True,
) -> list[Entry]:
    """The entries of one file's findings, in their order.

    lines: the file's lines, with or without line ends. fixes: what `fixes_for` gave, where a format carries fixes.
    named: compute fingerprints; for formats that show none they would cost a parse of each file.
    """
    shown = [line.rstrip("\r\n") for line in lines]
    spots = [spot_of(one) for one in diagnostics]
    names = [one.place for one in fingerprints(spots, shown)] if named else [""] * len(spots)
    return [
        Entry(
            path,
            one.code,
            one.message,
            one.span,
            severity_of(one),
            name,
            one.name,
            one,
            (fixes or {}).get(one, ()),
            shown,
        )
        for one, name in zip(diagnostics, names, strict=True)
    ]


def foreign_entries(path: str, violations: Iterable[tuple[str, int, int, str]], lines: Sequence[str]) -> list[Entry]:
    """Entries for what other plugins reported: code, line, column from 0, text."""
    shown = [line.rstrip("\r\n") for line in lines]
    given = list(violations)
    names = fingerprints([Spot(code, line, line) for code, line, _, _ in given], shown)
    found = []
    for (code, line, column, text), name in zip(given, names, strict=True):
        start = Position(line, column)
        found.append(Entry(path, code, text, Span(start, start), Severity.WARNING, name.place, lines=shown))
    return found


def places_of(diagnostic: Diagnostic | None) -> tuple[Step | Related, ...]:
    """The stations of a finding and the places that belong to it; none for what is no finding of ours."""
    return (*diagnostic.steps, *diagnostic.related) if diagnostic is not None else ()


def uri(path: str) -> str:
    """A path as a relative URI, odd characters escaped; as a `file:` URI where it lies elsewhere."""
    shown = _below_here(path)
    escaped = quote(_bytes(shown), safe="/!$&'()*+,;=@~-._")
    return f"file://{escaped}" if Path(shown).is_absolute() else escaped


def relative(path: str) -> str:
    """A path as people write it, below the working directory where it lies there, with forward slashes, fit for text."""
    return _bytes(_below_here(path)).decode("utf-8", "replace")


def _below_here(path: str) -> str:
    """The same file from the working directory, with forward slashes and no `./` before it."""
    here = os.getcwd()  # noqa: PTH109 - paths of reports are plain text
    shown = os.path.relpath(path) if path.startswith(here.rstrip(os.sep) + os.sep) else path
    shown = shown.replace(os.sep, "/")
    while shown.startswith("./"):
        shown = shown[2:]
    return shown


def _bytes(path: str) -> bytes:
    """A path as the file system has it; where it cannot be from there, as UTF-8."""
    try:
        return os.fsencode(path)
    except UnicodeError:
        return path.encode("utf-8", "replace")
