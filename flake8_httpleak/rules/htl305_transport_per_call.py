"""A transport, adapter or TLS context that is made again and again for a client that stays.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import MethodCall
from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.ownership.values import NOBODY, Instance, Object
from flake8_httpleak.rules.base import Finding, Place, Rule, written
from flake8_httpleak.rules.churn import churning_loop, runs_once
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.invariance import Invariance
from flake8_httpleak.rules.roles import Role


def check(facts: Facts) -> Iterator[Finding]:
    """Find adapters mounted on shared sessions, and TLS contexts made, in loops and handlers."""
    for call in facts.calls:
        what = _what(facts, call)
        where = _where(facts, call) if what else ""
        if where:
            yield Finding(
                rule=RULE,
                at=Place(call.node, call.function),
                message=f"'{written(call.node.func)}' {what} {where}; do it once, where the client is made",
                level=Level.HINT,
                library=call.path.partition(".")[0],
            )


def _what(facts: Facts, call: MethodCall) -> str:
    kind = kind_of(call.owner) if call.owner is not None else None
    if kind is not None:
        shared = isinstance(call.owner, Instance | Object) and call.owner.site == NOBODY
        return "replaces the pool of a shared client" if shared and call.path in kind.take_methods else ""
    return "loads the certificates" if call.path in facts.analyser.program.catalog.costly else ""


def _where(facts: Facts, call: MethodCall) -> str:
    if runs_once(facts, call.function):
        return ""
    loop = churning_loop(call.loops, call.node)
    if loop is not None:
        return "in every turn of a loop" if _is_same(call, Invariance(call.function, loop.node, settings=True)) else ""
    if facts.roles.of(call.function) in (Role.HANDLER, Role.HOT):
        same = _is_same(call, Invariance(call.function, settings=True))
        return f"for every call of '{call.function.name}'" if same else ""
    return ""


def _is_same(call: MethodCall, invariance: Invariance) -> bool:
    return all(invariance.holds(arg) for arg in call.node.args)


RULE = Rule(
    code="HTL305",
    name="transport-per-call",
    summary="an adapter, transport or TLS context is made again and again",
    check=check,
)
