"""`__del__` cannot await: a client that only a coroutine closes is not closed there.

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
    """Find calls of closing coroutine functions in `__del__`, whatever is done with the coroutine."""
    for call in facts.calls:
        kind = kind_of(call.owner) if call.owner is not None else None
        if kind is not None and call.function.name == "__del__" and call.path in kind.release_async:
            yield finding(
                RULE, facts, call, f"'{written(call.node.func)}()' cannot be awaited in '__del__'; offer an async 'close' method"
            )


RULE = Rule(
    code="HTL703",
    name="async-close-in-del",
    summary="`__del__` cannot await the closing of a client",
    check=check,
    strength=1,
)
