"""A request that is neither entered nor awaited.

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
    """Find requests that are never made."""
    for verdict in facts.verdicts:
        if verdict.outcome in (Outcome.ALWAYS, Outcome.SOMETIMES) and verdict.is_pending:
            yield lost(
                RULE,
                verdict,
                Level.SURE,
                f"{thing(verdict.acquisition)} is neither entered nor awaited; no request is made; {cure(verdict.acquisition)}",
            )


RULE = Rule(
    code="HTL104",
    name="response-never-entered",
    summary="a request that is neither entered nor awaited",
    check=check,
    strength=10,
)
