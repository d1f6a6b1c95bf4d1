"""A client is lost on some path.

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
    """Find clients that are lost on some normal paths only."""
    for verdict in facts.clients:
        if verdict.outcome is Outcome.SOMETIMES and not verdict.is_pending:
            yield lost(
                RULE, verdict, Level.PATH, f"{thing(verdict.acquisition)} is not closed {{way}}; {cure(verdict.acquisition)}"
            )


RULE = Rule(
    code="HTL202",
    name="client-lost-on-some-path",
    summary="a client is lost on some path",
    check=check,
    strength=40,
)
