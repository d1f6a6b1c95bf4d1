"""Closed only if it is true, and a response is false for 4xx and 5xx.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.rules.base import Finding, Rule
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import lost, thing


def check(facts: Facts) -> Iterator[Finding]:
    """Find responses that are closed only if they are true."""
    for verdict in facts.responses:
        if verdict.has("falsy"):
            yield lost(
                RULE,
                verdict,
                Level.PATH,
                f"{thing(verdict.acquisition)} is false for status 400 and above and then not closed; test 'is not None'",
            )


RULE = Rule(
    code="HTL105",
    name="response-guarded-by-truth",
    summary="closed only if it is true, and a response is false for 4xx and 5xx",
    check=check,
    strength=11,
)
