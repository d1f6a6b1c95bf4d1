"""A one-shot connection that only its response or a header was to close.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.verdicts import Outcome, Verdict
from flake8_httpleak.rules.base import Finding, Rule
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import cure, lost, thing


def check(facts: Facts) -> Iterator[Finding]:
    """Find connections of which only the response is closed, or that only ask the server to close."""
    for verdict in facts.clients:
        why = _why(verdict)
        if why and verdict.outcome is Outcome.ALWAYS:
            yield lost(RULE, verdict, Level.SURE, f"{thing(verdict.acquisition)} stays open: {why}; {cure(verdict.acquisition)}")


def _why(verdict: Verdict) -> str:
    if verdict.kind.role != "connection":
        return ""
    if verdict.has("view closed"):
        return "closing its response does not close it"
    if verdict.has("close header"):
        return "the header only asks the server to close"
    return ""


RULE = Rule(
    code="HTL501",
    name="connection-left-open",
    summary="a connection of which only the response is closed, or that relies on `Connection: close`",
    check=check,
    strength=19,
)
