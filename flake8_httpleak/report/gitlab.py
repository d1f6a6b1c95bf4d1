"""GitLab's code quality report. GitLab shows only the first of two entries with one fingerprint, so each is unique."""

from __future__ import annotations

import hashlib
from typing import Any

from flake8_httpleak.report.model import Entry, Report, Severity, relative, uri
from flake8_httpleak.report.showing import as_json

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "minor"}


def render(report: Report) -> str:
    """One JSON array."""
    return as_json([_issue(entry) for entry in report.entries], 2) + "\n"


def _issue(entry: Entry) -> dict[str, Any]:
    path = relative(entry.path)
    name = uri(entry.path) if "\ufffd" in path else path  # of two names that are no text each is still another one
    last = entry.span.end.line if entry.has_end else entry.span.start.line
    return {
        "type": "issue",
        "check_name": entry.code,
        "description": f"{entry.code} {entry.message}",
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[entry.severity],
        "fingerprint": hashlib.sha256(f"{name}\0{entry.fingerprint}".encode()).hexdigest(),
        "location": {"path": path, "lines": {"begin": entry.span.start.line, "end": last}},
    }
