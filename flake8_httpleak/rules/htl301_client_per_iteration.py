"""A client that is made anew in every turn of a loop.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.rules.base import Finding, Place, Rule, written
from flake8_httpleak.rules.churn import MANY, candidates, churn_finding, churning_loop, runs_once, varies
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.invariance import Invariance


def check(facts: Facts) -> Iterator[Finding]:
    """Find clients that a loop makes in every turn, though every turn would do with the same one."""
    for candidate in candidates(facts):
        acquisition = candidate.acquisition
        loop = churning_loop(acquisition.loops, acquisition.node)
        if loop is None or acquisition.kind.role != "client" or candidate.requests >= MANY:
            continue
        if runs_once(facts, candidate.function) or varies(candidate, Invariance(candidate.function, loop.node, settings=True)):
            continue
        callee = written(acquisition.node.func)
        text = f"client '{callee}' is made in every turn of the loop at line {{0}}; make one before it"
        yield churn_finding(RULE, acquisition, Level.PATH, text, (Place(loop.node, candidate.function),))


RULE = Rule(
    code="HTL301",
    name="client-per-iteration",
    summary="a client is made in every turn of a loop",
    check=check,
    strength=70,
)
