"""A resource is given to a call whose body is not in this file: does that release it?

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.machine import Handover
from flake8_httpleak.ownership.values import Status
from flake8_httpleak.ownership.verdicts import Outcome, Verdict
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import thing


def check(facts: Facts) -> Iterator[Finding]:
    """Find resources that nobody in the file releases, because they are given away."""
    for verdict in (*facts.responses, *facts.clients):
        given = _given(verdict)
        if given is None or given.node is None or verdict.outcome is not Outcome.NEVER or verdict.is_released:
            continue
        acquisition = verdict.acquisition
        yield Finding(
            rule=RULE,
            at=Place(acquisition.node, acquisition.function),
            message=f"{thing(acquisition)} is {given.how} at line {{0}}, whose body is not here; does it close it?",
            level=Level.HINT,
            reclaim=verdict.reclaim,
            places=(Place(given.node, acquisition.function),),
            resource=id(acquisition.node),
            library=acquisition.kind.library,
        )


def _given(verdict: Verdict) -> Handover | None:
    return next((one for one in verdict.handovers if one.how.startswith("given to") and one.status is Status.HELD), None)


RULE = Rule(
    code="HTL901",
    name="resource-given-to-unknown",
    summary="a resource is given to a call whose body is not in the file",
    check=check,
    strength=90,
    default=False,
)
