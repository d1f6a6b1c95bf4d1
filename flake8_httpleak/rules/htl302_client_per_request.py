"""A client that a handler makes for every request it serves.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.churn import MANY, candidates, churn_finding, varies
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.invariance import Invariance
from flake8_httpleak.rules.roles import Role


def check(facts: Facts) -> Iterator[Finding]:
    """Find clients in functions that a framework calls for every request, message, event or task."""
    for candidate in candidates(facts):
        acquisition, function = candidate.acquisition, candidate.function
        if candidate.requests >= MANY or facts.roles.of(function) is not Role.HANDLER:
            continue
        if not varies(candidate, Invariance(function, settings=True)):
            callee = written(acquisition.node.func)
            text = f"client '{callee}' is made for every call of the handler '{function.name}'; make one at start-up"
            yield churn_finding(RULE, acquisition, Level.SURE, text)


RULE = Rule(
    code="HTL302",
    name="client-per-request",
    summary="a client is made in a web, queue or event handler",
    check=check,
    strength=71,
)
