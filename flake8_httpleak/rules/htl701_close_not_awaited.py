"""A closing coroutine is made and never awaited: nothing is closed.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.closing import finding
from flake8_httpleak.rules.facts import Facts


def check(facts: Facts) -> Iterator[Finding]:
    """Find calls of closing coroutine functions whose result is neither awaited nor given to anybody."""
    for call in facts.calls:
        kind = kind_of(call.owner) if call.owner is not None else None
        if kind is None or call.path not in kind.release_async or call.awaited or call.function.name == "__del__":
            continue
        if facts.is_lost_coroutine(call):
            yield finding(RULE, facts, call, f"'{written(call.node.func)}()' is not awaited, so nothing is closed; write 'await'")


RULE = Rule(
    code="HTL701",
    name="close-not-awaited",
    summary="a closing coroutine is never awaited, so nothing is closed",
    check=check,
    strength=1,
)
