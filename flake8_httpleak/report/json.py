"""Our own JSON: everything that a finding knows. Its schema, `httpleak-1.schema.json`, is part of the package.

Within a version of the schema members are only added.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flake8_httpleak import __version__
from flake8_httpleak.diagnostics import Diagnostic, Fix, Position, Related, Span, Step
from flake8_httpleak.report.model import Entry, Report, relative
from flake8_httpleak.report.showing import as_json

VERSION = 1
SCHEMA = Path(__file__).with_name(f"httpleak-{VERSION}.schema.json")


def render(report: Report) -> str:
    """One JSON object."""
    whole = {
        "schema": VERSION,
        "tool": {"name": "flake8-httpleak", "version": __version__},
        "findings": [_entry(entry) for entry in report.entries],
        "problems": [{"path": relative(one.path), "text": one.text} for one in report.problems],
    }
    return as_json(whole, 2) + "\n"


def _entry(entry: Entry) -> dict[str, Any]:
    said: dict[str, Any] = {
        "path": relative(entry.path),
        "code": entry.code,
        "message": entry.message,
        "severity": str(entry.severity),
        "start": _position(entry.span.start),
        "fingerprint": entry.fingerprint,
    }
    if entry.has_end:
        said["end"] = _position(entry.span.end)
    return said if entry.diagnostic is None else {**said, **_details(entry.diagnostic, entry.fixes)}


def _details(found: Diagnostic, fixes: tuple[Fix, ...]) -> dict[str, Any]:
    return {
        "name": found.name,
        "level": str(found.level),
        "reclaim": str(found.reclaim),
        "scope": found.scope,
        "library": found.library,
        "steps": [_place(step) for step in found.steps],
        "related": [_place(one) for one in found.related],
        "fixes": [_fix(fix) for fix in fixes],
    }


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [{**_range(edit.span), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}


def _place(place: Step | Related) -> dict[str, Any]:
    return {**_range(place.span), "text": place.text}


def _range(span: Span) -> dict[str, Any]:
    return {"start": _position(span.start), "end": _position(span.end)}


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column + 1}
