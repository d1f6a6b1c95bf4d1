"""An `HTTPError` that is an open response is stored.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from flake8_httpleak.diagnostics import Level, Reclaim
from flake8_httpleak.ownership.values import Status
from flake8_httpleak.ownership.verdicts import Verdict
from flake8_httpleak.rules.base import Finding, Place, Rule, written
from flake8_httpleak.rules.facts import Facts

_KEEPERS = frozenset(
    {
        "global",
        "field",
        "class attribute",
        "attribute",
        "field container",
        "module container",
        "container",
        "container filled in a loop",
    }
)


def check(facts: Facts) -> Iterator[Finding]:
    """Find exceptions that are open responses and are stored."""
    for verdict in facts.errors:
        node = _store(verdict)
        if node is None:
            continue
        acquisition = verdict.acquisition
        yield Finding(
            rule=RULE,
            at=Place(acquisition.node, acquisition.function),
            message=f"error of '{written(acquisition.node.func)}' is an open response, kept at line {{0}}; keep its text",
            level=Level.PATH,
            reclaim=Reclaim.COLLECTOR,
            places=(Place(node, acquisition.function),),
            resource=("error", id(acquisition.node)),
            library=acquisition.kind.library,
        )


def _store(verdict: Verdict) -> cst.CSTNode | None:
    """Where the error is put while it is open; None if it goes with its handler."""
    for handover in verdict.handovers:
        if handover.how in _KEEPERS and handover.status is Status.HELD:
            return handover.node
    for loss in verdict.losses:
        if "stored" in loss.marks and loss.how in ("ended", "returned", "overwritten") and loss.node is not None:
            return loss.node
    return None


RULE = Rule(
    code="HTL106",
    name="error-response-kept",
    summary="an `HTTPError` that is an open response is stored",
    check=check,
    strength=12,
)
