"""A pool without a bound on its connections.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.pools import UNBOUNDED, bound, given, is_open, is_unbounded, pool_finding


def check(facts: Facts) -> Iterator[Finding]:
    """Find pools that may open any number of connections."""
    for acquisition in facts.analysis.acquisitions:
        why = _why(acquisition)
        if why:
            callee = written(acquisition.node.func)
            yield pool_finding(RULE, acquisition, Level.SURE, f"'{callee}' with {why} bounds no connections; give it a number")


def _why(acquisition: Acquisition) -> str:
    found = bound(acquisition, "connections")
    if found is None:
        return ""
    value = given(acquisition, found)
    if value is None:
        return f"no '{found.parameter}'" if found.default == UNBOUNDED and not is_open(acquisition) else ""
    return f"this '{found.parameter}'" if is_unbounded(found, value) else ""


RULE = Rule(
    code="HTL401",
    name="pool-unbounded",
    summary="a pool may open any number of connections",
    check=check,
)
