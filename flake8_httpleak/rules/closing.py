"""What the rules about closing share."""

from __future__ import annotations

import libcst as cst

from flake8_httpleak.diagnostics import Level, Reclaim
from flake8_httpleak.ownership.events import MethodCall
from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.facts import Facts


def finding(rule: Rule, facts: Facts, call: MethodCall, message: str) -> Finding:
    """A finding about a call that should close something."""
    kind = kind_of(call.owner) if call.owner is not None else None
    below = call.node.func.value if isinstance(call.node.func, cst.Attribute) else call.node.func
    return Finding(
        rule=rule,
        at=Place(call.node, call.function),
        message=message,
        level=Level.SURE,
        reclaim=kind.reclaim if kind is not None else Reclaim.REFERENCE,
        resource=facts.resource_at(call.owner, below, call.function),
        library=kind.library if kind is not None else "",
    )
