"""A request that may wait for ever, because nothing bounds it and the library's default does not.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.timeouts import Waiting, timeout_finding, waiters


def check(facts: Facts) -> Iterator[Finding]:
    """Find requests without a timeout whose library has none by default."""
    for waiter in waiters(facts, Waiting.MISSING):
        yield timeout_finding(
            RULE,
            waiter,
            f"'{written(waiter.node.func)}' without '{waiter.parameter}' waits for ever if the server does; pass seconds",
        )


RULE = Rule(
    code="HTL601",
    name="timeout-missing",
    summary="a request without a timeout, where the library has none by default",
    check=check,
    default=False,
)
