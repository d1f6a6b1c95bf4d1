"""The wrong way to close: `with` on an asynchronous client, `close` where there is only `aclose`.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import Entered, MethodCall
from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.ownership.values import Instance, Pending
from flake8_httpleak.rules.base import Finding, Place, Rule, written
from flake8_httpleak.rules.closing import finding
from flake8_httpleak.rules.facts import Facts

_CLOSE = frozenset({"close", "aclose"})


def check(facts: Facts) -> Iterator[Finding]:
    """Find calls of closing methods that the object does not have, and blocks of the wrong kind."""
    for call in facts.calls:
        kind = kind_of(call.owner) if call.owner is not None else None
        right = _right_method(kind, call) if kind is not None else ""
        if right:
            yield finding(RULE, facts, call, f"'{written(call.node.func)}()' closes nothing here; {right}")
    for block in facts.blocks:
        wrong = _wrong_block(block)
        if wrong is not None:
            yield wrong


def _right_method(kind: ResourceKind, call: MethodCall) -> str:
    """What to call instead; empty if the call is right, or not a closing one."""
    if call.path not in _CLOSE or call.path in kind.release or call.path in kind.release_async:
        return ""
    if kind.release_async:
        return f"use 'await {kind.release_async[0]}()'"
    return f"use '{kind.release[0]}()'" if kind.release and kind.role != "inert" else ""


def _wrong_block(block: Entered) -> Finding | None:
    value = block.value
    if isinstance(value, Pending):
        wanted = {"context": "sync", "async_context": "async", "await_or_context": "async"}.get(value.delivery, "both")
        kind = kind_of(value.of)
    elif isinstance(value, Instance):
        wanted, kind = value.kind.context, value.kind
    else:
        return None
    if kind is None or wanted not in ("sync", "async") or (wanted == "async") is block.is_async:
        return None
    return Finding(
        rule=RULE,
        at=Place(block.node, block.function),
        message=f"'{written(block.node.item)}' is entered by the wrong statement; use '{'async ' * (wanted == 'async')}with'",
        level=Level.SURE,
        reclaim=kind.reclaim,
        resource=value.site if isinstance(value, Instance) else value.of.site if isinstance(value.of, Instance) else None,
        library=kind.library,
    )


RULE = Rule(
    code="HTL702",
    name="wrong-close-protocol",
    summary="`with` on an asynchronous client, or `close()` where only `aclose()` closes",
    check=check,
    strength=2,
)
