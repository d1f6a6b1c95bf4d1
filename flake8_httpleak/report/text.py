"""Plain text: one line a finding, as flake8 prints it, for pipes, editors and terminals without colour."""

from __future__ import annotations

from flake8_httpleak.report.model import Entry, Report
from flake8_httpleak.report.showing import harmless


def render(report: Report) -> str:
    """`path:line:column: CODE message`, a line each."""
    return "".join(f"{line(entry)}\n" for entry in report.entries)


def line(entry: Entry) -> str:
    """The line of one entry, without anything that a terminal or the log of a build would obey."""
    start = entry.span.start
    return harmless(f"{entry.path}:{start.line}:{start.column + 1}: {entry.code} {entry.message}")
