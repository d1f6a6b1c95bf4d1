"""A client kept on `self` is released by no method of the class.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.classes import FieldFate, is_given_away
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import thing

OWNED = frozenset({"client", "connection", "transport", "websocket", "response"})


def check(facts: Facts) -> Iterator[Finding]:
    """Find fields that hold a client which no method of the class releases."""
    for fate in facts.fields:
        if fate.kind.role not in OWNED or fate.closers or fate.given or fate.kind.self_closing or _is_somebody_elses(facts, fate):
            continue
        first = fate.acquisitions[0]
        forgets = fate.has_closer
        message = (
            f"{thing(first)} in 'self.{fate.name}' is not closed by the class's own clean-up; close it there"
            if forgets
            else f"{thing(first)} is kept in 'self.{fate.name}' and no method closes it; add a 'close' method"
        )
        yield Finding(
            rule=RULE,
            at=Place(first.node, first.function),
            message=message,
            level=Level.SURE if forgets else Level.HINT,
            reclaim=first.kind.reclaim,
            resource=id(first.node),
            library=first.kind.library,
            related=tuple((Place(one.node, one.function), "also kept in the field here") for one in fate.acquisitions[1:]),
        )


def _is_somebody_elses(facts: Facts, fate: FieldFate) -> bool:
    """Whether what is kept also goes to something that may release it."""
    for acquisition in fate.acquisitions:
        verdict = facts.verdict_of(acquisition)
        if verdict is None or any(is_given_away(one, acquisition.function) for one in verdict.handovers):
            return True
    return False


RULE = Rule(
    code="HTL204",
    name="client-field-never-closed",
    summary="a client kept on `self` is released by no method of the class",
    check=check,
    strength=30,
)
