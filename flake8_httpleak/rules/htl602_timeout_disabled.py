"""A timeout that is switched off.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.timeouts import Waiting, timeout_finding, waiters


def check(facts: Facts) -> Iterator[Finding]:
    """Find timeouts that are None, or have a part that is."""
    for waiter in waiters(facts, Waiting.DISABLED):
        yield timeout_finding(
            RULE,
            waiter,
            f"'{waiter.parameter}' of '{written(waiter.node.func)}' sets no bound, so it waits for ever; pass seconds",
        )


RULE = Rule(
    code="HTL602",
    name="timeout-disabled",
    summary="a timeout that is switched off",
    check=check,
    default=False,
)
