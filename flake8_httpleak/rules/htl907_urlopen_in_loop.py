"""`urlopen` in a loop over work for one host: a new connection each time, and the standard library keeps none.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.rules.base import Finding, Place, Rule, written
from flake8_httpleak.rules.churn import churning_loop, runs_once
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.hosts import is_same_host


def check(facts: Facts) -> Iterator[Finding]:
    """Find `urlopen` calls that a loop makes to one host."""
    for acquisition in facts.analysis.acquisitions:
        loop = churning_loop(acquisition.loops, acquisition.node)
        if loop is None or acquisition.helper is not None or not acquisition.error or runs_once(facts, acquisition.function):
            continue
        if acquisition.node.args and is_same_host(acquisition.node.args[0].value, acquisition.function, loop.node):
            callee = written(acquisition.node.func)
            yield Finding(
                rule=RULE,
                at=Place(acquisition.node, acquisition.function),
                message=f"'{callee}' connects anew in every turn of the loop at line {{0}}; a library with a pool would not",
                level=Level.HINT,
                places=(Place(loop.node, acquisition.function),),
                library=acquisition.kind.library,
            )


RULE = Rule(
    code="HTL907",
    name="urlopen-in-loop",
    summary="`urlopen` in a loop over work for one host",
    check=check,
    default=False,
)
