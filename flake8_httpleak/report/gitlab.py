"""GitLab's code quality report. GitLab shows only the first of two entries with one fingerprint, so each is unique."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flake8_httpleak.report.model import Entry, Report, Severity, relative

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "minor"}


def render(report: Report) -> str:
    """One JSON array."""
    return json.dumps([_issue(entry) for entry in report.entries], indent=2) + "\n"


def _issue(entry: Entry) -> dict[str, Any]:
    path = relative(entry.path)
    last = entry.span.end.line if entry.has_end else entry.span.start.line
    return {
        "type": "issue",
        "check_name": entry.code,
        "description": f"{entry.code} {entry.message}",
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[entry.severity],
        "fingerprint": hashlib.sha256(f"{path}\0{entry.fingerprint}".encode()).hexdigest(),
        "location": {"path": path, "lines": {"begin": entry.span.start.line, "end": last}},
    }
