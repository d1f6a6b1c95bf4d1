"""GitHub workflow commands: annotations on the changed lines of a pull request."""

from __future__ import annotations

from flake8_httpleak.report.model import Entry, Report, Severity, relative
from flake8_httpleak.report.showing import visible

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def render(report: Report) -> str:
    """One command a finding, one a file that could not be checked."""
    lines = [_command(entry) for entry in report.entries]
    for problem in report.problems:
        place = _properties({"file": relative(problem.path), "title": "flake8-httpleak"})
        lines.append(f"::warning {place}::{_escaped(problem.text, _DATA)}")
    return "".join(f"{line}\n" for line in lines)


def _command(entry: Entry) -> str:
    span = entry.span
    place = {"file": relative(entry.path), "line": str(span.start.line), "col": str(span.start.column + 1)}
    if entry.has_end:
        place["endLine"] = str(span.end.line)
        if span.end.line == span.start.line:
            place["endColumn"] = str(span.end.column + 1)
        else:
            del place["col"]  # GitHub refuses columns for ranges of several lines
    place["title"] = f"{entry.code} {entry.name}".rstrip()
    return f"::{_COMMANDS[entry.severity]} {_properties(place)}::{_escaped(f'{entry.code} {entry.message}', _DATA)}"


def _properties(values: dict[str, str]) -> str:
    return ",".join(f"{name}={_escaped(value, _PROPERTY)}" for name, value in values.items())


def _escaped(text: str, table: dict[str, str]) -> str:
    """Character by character, so that nothing is escaped twice; other control characters are shown: the log is a terminal too."""
    return "".join(table.get(character) or visible(character) for character in text)
