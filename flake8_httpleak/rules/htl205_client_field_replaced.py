"""A field gets a new client while it still holds an open one.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.classes import BUILDERS, FieldFate
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.machine import Loss
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import thing
from flake8_httpleak.source.visitor import Visitor

STARTERS = frozenset(
    {
        "connect",
        "start",
        "open",
        "setup",
        "setUp",
        "startup",
        "__enter__",
        "__aenter__",
        "login",
        "asyncSetUp",
        "initialize",
        "init",
    }
)


def check(facts: Facts) -> Iterator[Finding]:
    """Find fields that get a new client while they still hold one."""
    for fate in facts.fields:
        if fate.kind.self_closing:
            continue
        for method, loss in fate.overwritten:
            new = _made_at(facts, loss)
            if new is not None and _held_before(fate, method, new):
                yield Finding(
                    rule=RULE,
                    at=Place(new.node, new.function),
                    message=f"{thing(new)} replaces the one in 'self.{fate.name}', which is not closed; close that first",
                    level=Level.PATH,
                    reclaim=new.kind.reclaim,
                    resource=id(new.node),
                    library=new.kind.library,
                    related=((Place(fate.acquisitions[0].node, fate.acquisitions[0].function), "the one that is replaced"),),
                )


def _held_before(fate: FieldFate, method: FunctionInfo, new: Acquisition) -> bool:
    """Whether the field can hold a client already: made by the constructor, or by another method before this one."""
    others = [one for one in fate.acquisitions if one.function is not method and one is not new]
    if any(one.function.name in BUILDERS for one in others):
        return True
    return bool(others) and method.name not in STARTERS


def _made_at(facts: Facts, loss: Loss) -> Acquisition | None:
    """The acquisition in the statement that overwrites."""
    if loss.node is None:
        return None
    calls = _Calls()
    calls.walk(loss.node)
    found = {id(one.node): one for one in facts.analysis.acquisitions}
    return next((found[key] for key in calls.seen if key in found), None)


class _Calls(Visitor):
    def __init__(self) -> None:
        self.seen: list[int] = []

    def visit_Call(self, node: cst.Call) -> None:
        self.seen.append(id(node))


RULE = Rule(
    code="HTL205",
    name="client-field-replaced",
    summary="a field gets a new client while it still holds an open one",
    check=check,
    strength=31,
)
