"""A resource that a generator holds while it waits at a `yield`.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import thing


def check(facts: Facts) -> Iterator[Finding]:
    """Find resources that stay open for as long as somebody keeps a generator that was not run to its end."""
    for verdict in (*facts.responses, *facts.clients):
        acquisition = verdict.acquisition
        held = facts.held_at_yields(acquisition)
        if held is not None:
            yield Finding(
                rule=RULE,
                at=Place(acquisition.node, acquisition.function),
                message=f"{thing(acquisition)} is open at the 'yield' of line {{0}}: until the generator ends or is closed",
                level=Level.HINT,
                reclaim=verdict.reclaim,
                places=(Place(held, acquisition.function),),
                resource=id(acquisition.node),
                library=acquisition.kind.library,
            )


RULE = Rule(
    code="HTL903",
    name="held-across-yield",
    summary="a generator holds a resource while it waits at a `yield`",
    check=check,
    strength=92,
    default=False,
)
