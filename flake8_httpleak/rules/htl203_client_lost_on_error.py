"""A client is lost when something raises.

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
    """Find clients that are lost only when something raises."""
    for verdict in facts.clients:
        if verdict.outcome is Outcome.ON_ERROR:
            yield lost(
                RULE, verdict, Level.EXC, f"{thing(verdict.acquisition)} is not closed {{way}}; {cure(verdict.acquisition)}"
            )


RULE = Rule(
    code="HTL203",
    name="client-lost-on-error",
    summary="a client is lost when something raises",
    check=check,
    strength=60,
)
