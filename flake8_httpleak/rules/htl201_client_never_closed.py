"""A client, session or connection is lost on every normal path.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.verdicts import Outcome
from flake8_httpleak.rules.base import Finding, Rule
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import cure, lost, thing


def check(facts: Facts) -> Iterator[Finding]:
    """Find clients that are lost on every normal path."""
    for verdict in facts.clients:
        if verdict.outcome is Outcome.ALWAYS and not verdict.is_pending:
            yield lost(RULE, verdict, Level.SURE, f"{thing(verdict.acquisition)} is never closed; {cure(verdict.acquisition)}")


RULE = Rule(
    code="HTL201",
    name="client-never-closed",
    summary="a client, session or connection is lost on every normal path",
    check=check,
    strength=20,
)
