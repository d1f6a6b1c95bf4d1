"""Idle connections that never expire.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.values import NONE
from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.pools import bound, given, is_unbounded, number, pool_finding

LONG = 3600
"""An idle connection that is kept longer than so many seconds is kept for ever as far as servers are concerned."""


def check(facts: Facts) -> Iterator[Finding]:
    """Find pools whose idle connections stay open for ever."""
    for acquisition in facts.analysis.acquisitions:
        parameter = _endless(acquisition)
        if parameter:
            callee = written(acquisition.node.func)
            text = f"'{callee}' keeps idle connections without end by '{parameter}'; give it seconds or a number"
            yield pool_finding(RULE, acquisition, Level.HINT, text)


def _endless(acquisition: Acquisition) -> str:
    expiry = bound(acquisition, "expiry")
    if expiry is not None:
        value = given(acquisition, expiry)
        seconds = number(value)
        if is_unbounded(expiry, value) or (seconds is not None and seconds > LONG):
            return expiry.parameter
    kept, connections = bound(acquisition, "kept"), bound(acquisition, "connections")
    if kept is not None and connections is not None and given(acquisition, kept) == NONE and kept.unbounded_if_none:
        return kept.parameter if number(given(acquisition, connections)) is not None else ""
    return ""


RULE = Rule(
    code="HTL403",
    name="keep-alive-unbounded",
    summary="idle connections are kept open without end",
    check=check,
)
