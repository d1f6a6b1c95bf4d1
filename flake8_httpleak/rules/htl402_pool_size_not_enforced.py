"""A pool size that threads may exceed, because the pool does not block.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.pools import bound, flag, given, number, pool_finding


def check(facts: Facts) -> Iterator[Finding]:
    """Find sizes of non-blocking pools in files that use them from threads."""
    sized = [one for one in facts.analysis.acquisitions if _is_not_enforced(one)]
    if not sized:
        return
    workers = facts.workers
    for acquisition in sized:
        found = bound(acquisition, "kept")
        block = bound(acquisition, "block")
        if found is None or block is None:
            continue
        size = number(given(acquisition, found))
        if any(count is None or size is None or count > size for count in workers):
            yield pool_finding(
                RULE,
                acquisition,
                Level.HINT,
                f"'{found.parameter}' of '{written(acquisition.node.func)}' bounds idle ones only; add '{block.parameter}=True'",
            )


def _is_not_enforced(acquisition: Acquisition) -> bool:
    kept, block = bound(acquisition, "kept"), bound(acquisition, "block")
    return kept is not None and block is not None and given(acquisition, kept) is not None and flag(acquisition, block) is False


RULE = Rule(
    code="HTL402",
    name="pool-size-not-enforced",
    summary="a pool size without blocking, used from threads",
    check=check,
)
