"""Reviewdog's diagnostic format, as one object (rdjson) or an object a line (rdjsonl). Columns count bytes of UTF-8, from 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flake8_httpleak.diagnostics import Fix, Position, Span
from flake8_httpleak.report.model import Entry, Report, Severity, places_of, relative
from flake8_httpleak.report.showing import as_json

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}
_SOURCE = {"name": "flake8-httpleak"}


def render(report: Report) -> str:
    """One JSON object."""
    whole = {"source": _SOURCE, "diagnostics": [_diagnostic(entry) for entry in report.entries]}
    return as_json(whole, 2) + "\n"


def render_lines(report: Report) -> str:
    """One JSON object a line."""
    return "".join(as_json({**_diagnostic(entry), "source": _SOURCE}) + "\n" for entry in report.entries)


def _diagnostic(entry: Entry) -> dict[str, Any]:
    said: dict[str, Any] = {
        "message": entry.message,
        "location": _location(entry, entry.span),
        "severity": _SEVERITIES[entry.severity],
        "code": {"value": entry.code},
    }
    if entry.fixes:
        said["suggestions"] = [_suggestion(fix, entry.lines) for fix in entry.fixes if fix.edits]
    places = [one for one in places_of(entry.diagnostic) if one.span.start.line]
    if places:
        said["related_locations"] = [{"message": one.text, "location": _location(entry, one.span)} for one in places]
    return said


def _location(entry: Entry, span: Span) -> dict[str, Any]:
    return {"path": relative(entry.path), "range": _range(span, entry.lines)}


def _suggestion(fix: Fix, lines: Sequence[str]) -> dict[str, Any]:
    """A fix as one replacement: several suggestions would be alternatives, and half a fix is none."""
    edits = sorted(fix.edits, key=lambda edit: edit.span)
    parts: list[str] = []
    at = edits[0].span.start
    for edit in edits:
        parts += [_between(lines, at, edit.span.start), edit.text]
        at = edit.span.end
    return {"range": _range(Span(edits[0].span.start, at), lines), "text": "".join(parts)}


def _between(lines: Sequence[str], start: Position, end: Position) -> str:
    """The text of a range."""
    if start.line == end.line:
        return _line(lines, start.line)[start.column : end.column]
    whole = [_line(lines, number) for number in range(start.line, end.line + 1)]
    return "\n".join([whole[0][start.column :], *whole[1:-1], whole[-1][: end.column]])


def _range(span: Span, lines: Sequence[str]) -> dict[str, Any]:
    found = {"start": _position(span.start, lines)}
    if span.end > span.start:
        found["end"] = _position(span.end, lines)
    return found


def _position(position: Position, lines: Sequence[str]) -> dict[str, int]:
    before = _line(lines, position.line)[: position.column]
    missing = position.column - len(before)  # a line that is not at hand
    return {"line": position.line, "column": len(before.encode("utf-8", "replace")) + missing + 1}


def _line(lines: Sequence[str], number: int) -> str:
    return lines[number - 1] if 0 < number <= len(lines) else ""
