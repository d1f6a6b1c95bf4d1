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
        size, text = number(given(acquisition, found)), _written_size(acquisition, found.parameter)
        if any(text != how and (count is None or size is None or count > size) for count, how in workers):
            yield pool_finding(
                RULE,
                acquisition,
                Level.HINT,
                f"'{found.parameter}' of '{written(acquisition.node.func)}' bounds idle ones only; add '{block.parameter}=True'",
            )


def _written_size(acquisition: Acquisition, parameter: str) -> str:
    """How the size is written, to compare it with a number of threads that is written the same way."""
    sizes = [arg.value for arg in acquisition.node.args if arg.keyword is not None and arg.keyword.value == parameter]
    return written(sizes[0]) if sizes else ""


def _is_not_enforced(acquisition: Acquisition) -> bool:
    kept, block = bound(acquisition, "kept"), bound(acquisition, "block")
    return kept is not None and block is not None and given(acquisition, kept) is not None and flag(acquisition, block) is False


RULE = Rule(
    code="HTL402",
    name="pool-size-not-enforced",
    summary="a pool size without blocking, used from threads",
    check=check,
)
