"""A client for one request in an ordinary function.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.churn import MANY, candidates, churn_finding, runs_once, varies
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.invariance import Invariance


def check(facts: Facts) -> Iterator[Finding]:
    """Find clients for one request in functions of which nobody knows how often they run."""
    for candidate in candidates(facts):
        function = candidate.function
        if candidate.requests < MANY and not runs_once(facts, function) and not varies(candidate, Invariance(function)):
            callee = written(candidate.acquisition.node.func)
            text = f"client '{callee}' is made for one request in '{function.name}'; keep one if that runs often"
            yield churn_finding(RULE, candidate.acquisition, Level.HINT, text)


RULE = Rule(
    code="HTL902",
    name="client-per-plain-call",
    summary="a client is made for one request in an ordinary function",
    check=check,
    strength=91,
    default=False,
)
