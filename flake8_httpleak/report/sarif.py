"""SARIF 2.1.0, for code scanning: rules with their pages, the way of the resource as a code flow, fixes."""

from __future__ import annotations

from typing import Any

from flake8_httpleak import __version__
from flake8_httpleak.diagnostics import Diagnostic, Fix, Related, Span, Step
from flake8_httpleak.report.model import Entry, Report, uri
from flake8_httpleak.report.showing import as_json

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"


def render(report: Report) -> str:
    """One SARIF log with one run. Only rules that have a result are listed."""
    codes = sorted({entry.code for entry in report.entries})
    notes = [
        {
            "level": "warning",
            "message": {"text": one.text},
            "locations": [{"physicalLocation": {"artifactLocation": _file(one.path)}}],
        }
        for one in report.problems
    ]
    run = {
        "tool": {
            "driver": {
                "name": "flake8-httpleak",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(code) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder that the command ran in."}}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "results": [_result(entry, codes.index(entry.code)) for entry in report.entries],
    }
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, 2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    """A rule of ours with its page; of other plugins' codes only the number is known."""
    if not code.startswith("HTL"):
        return {"id": code}
    from flake8_httpleak.report.pages import page_of  # brings the rules, and LibCST with them

    page = page_of(code)
    if page is None:
        return {"id": code}
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in page.name.split("-")),
        "shortDescription": {"text": f"{page.title}."},
        "fullDescription": {"text": page.problem},
        "help": {"text": page.text, "markdown": page.text},
        "properties": {"tags": ["http", "resource-leak", "reliability"]},
    }


def _result(entry: Entry, index: int) -> dict[str, Any]:
    said: dict[str, Any] = {
        "ruleId": entry.code,
        "ruleIndex": index,
        "level": str(entry.severity),
        "message": {"text": f"{entry.message[:1].upper()}{entry.message[1:]}."},
        "locations": [{"physicalLocation": _physical(entry.path, entry.span)}],
        "partialFingerprints": {"httpleak/v1": entry.fingerprint},
    }
    if entry.diagnostic is None:
        said["message"] = {"text": entry.message or entry.code}
        return said
    return {**said, **_details(entry, entry.diagnostic)}


def _details(entry: Entry, found: Diagnostic) -> dict[str, Any]:
    said: dict[str, Any] = {"properties": {"level": str(found.level), "reclaim": str(found.reclaim), "library": found.library}}
    if found.scope:
        said["locations"] = [
            {
                "physicalLocation": _physical(entry.path, entry.span),
                "logicalLocations": [{"fullyQualifiedName": found.scope}],
            }
        ]
    steps = [step for step in found.steps if step.span.start.line]
    if steps:
        flow = [{"location": _located(entry.path, step)} for step in steps]
        said["codeFlows"] = [{"threadFlows": [{"locations": flow}]}]
    related = [one for one in found.related if one.span.start.line]
    if related:
        said["relatedLocations"] = [{"id": number, **_located(entry.path, one)} for number, one in enumerate(related, 1)]
    if entry.fixes:
        said["fixes"] = [_fix(entry.path, fix) for fix in entry.fixes]
    return said


def _fix(path: str, fix: Fix) -> dict[str, Any]:
    edits = [{"deletedRegion": _region(edit.span, empty=True), "insertedContent": {"text": edit.text}} for edit in fix.edits]
    return {
        "description": {"text": fix.title},
        "artifactChanges": [{"artifactLocation": _file(path), "replacements": edits}],
        "properties": {"safe": fix.safe},
    }


def _located(path: str, place: Step | Related) -> dict[str, Any]:
    return {"physicalLocation": _physical(path, place.span), "message": {"text": place.text}}


def _physical(path: str, span: Span) -> dict[str, Any]:
    return {"artifactLocation": _file(path), "region": _region(span)}


def _file(path: str) -> dict[str, str]:
    found = uri(path)
    return {"uri": found} if found.startswith("file:") else {"uri": found, "uriBaseId": ROOT}


def _region(span: Span, *, empty: bool = False) -> dict[str, int]:
    """A range; without its end if only the start is known, unless `empty` says that nothing is what is meant."""
    region = {"startLine": span.start.line, "startColumn": span.start.column + 1}
    if span.end > span.start or empty:
        region |= {"endLine": span.end.line, "endColumn": span.end.column + 1}
    return region
