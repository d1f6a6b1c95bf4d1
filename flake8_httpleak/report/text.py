"""Plain text: one line a finding, as flake8 prints it, for pipes, editors and terminals without colour."""

from __future__ import annotations

from flake8_httpleak.report.model import Entry, Report, visible


def render(report: Report) -> str:
    """`path:line:column: CODE message`, a line each."""
    return "".join(f"{line(entry)}\n" for entry in report.entries)


def line(entry: Entry) -> str:
    """The line of one entry, without characters that a terminal would obey."""
    start = entry.span.start
    return visible(f"{entry.path}:{start.line}:{start.column + 1}: {entry.code} {entry.message}")
