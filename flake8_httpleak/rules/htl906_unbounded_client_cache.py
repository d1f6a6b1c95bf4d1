"""A cache of clients that only ever grows.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.verdicts import Verdict
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import thing

_CONTAINERS = frozenset({"module container", "field container"})


def check(facts: Facts) -> Iterator[Finding]:
    """Find clients that a keyed cache or a dictionary keeps, one for each key."""
    for verdict in facts.clients:
        where = _cache(verdict)
        if where:
            acquisition = verdict.acquisition
            yield Finding(
                rule=RULE,
                at=Place(acquisition.node, acquisition.function),
                message=f"{thing(acquisition)} is kept {where}, one for each key; bound the cache and close what leaves it",
                level=Level.HINT,
                reclaim=verdict.reclaim,
                resource=id(acquisition.node),
                library=acquisition.kind.library,
            )


def _cache(verdict: Verdict) -> str:
    function = verdict.acquisition.function
    keys = [name for name in function.parameter_names if name not in ("self", "cls")]
    if function.is_cached and keys and any(one.how == "returned" for one in verdict.handovers):
        return f"by the cache of '{function.name}'"
    if function.name != "<module>" and any(one.how in _CONTAINERS for one in verdict.handovers):
        return "in a dictionary"
    return ""


RULE = Rule(
    code="HTL906",
    name="unbounded-client-cache",
    summary="a keyed cache of clients without a bound",
    check=check,
    strength=94,
    default=False,
)
