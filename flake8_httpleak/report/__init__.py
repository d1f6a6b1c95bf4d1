"""Where findings go: one module a format, all fed by the same report."""

from __future__ import annotations

from collections.abc import Callable

from flake8_httpleak.report import github, gitlab, json, rdjson, sarif, text
from flake8_httpleak.report.model import Entry, Problem, Report, Severity, entries_of

__all__ = ["FORMATS", "Entry", "Problem", "Report", "Severity", "entries_of"]

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": text.render,
    "json": json.render,
    "sarif": sarif.render,
    "rdjson": rdjson.render,
    "rdjsonl": rdjson.render_lines,
    "github": github.render,
    "gitlab": gitlab.render,
}
"""The formats by the name that users ask for: from a report to text that ends in a newline, or is empty."""
