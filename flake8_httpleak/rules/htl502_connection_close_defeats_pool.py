"""`Connection: close` on a shared client: its pool never gets a connection back.

## Problem

To be written.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import Acquisition, Header, MethodCall
from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.ownership.values import NOBODY, Const, Instance, Items, Object, Value
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.facts import Facts


def check(facts: Facts) -> Iterator[Finding]:
    """Find requests and clients with the header, where the client serves more than one request."""
    for call in facts.calls:
        kind = kind_of(call.owner) if call.owner is not None else None
        if (
            kind is not None
            and kind.role == "client"
            and asks_to_close(call.arguments.get("headers"))
            and _is_shared(facts, call)
        ):
            yield _finding(kind, call.node, call)
    for header in facts.headers:
        kind = kind_of(header.owner)
        if (
            kind is not None
            and kind.role == "client"
            and is_close(header.name, header.value)
            and facts.is_long_lived(header.owner)
        ):
            yield _finding(kind, header.node, header)
    for acquisition in facts.analysis.acquisitions:
        given = acquisition.arguments.get("headers") if acquisition.arguments is not None else None
        if acquisition.kind.role == "client" and asks_to_close(given) and facts.outlives(acquisition):
            yield _finding(acquisition.kind, acquisition.node, acquisition)


def asks_to_close(headers: Value | None) -> bool:
    """Whether a dictionary of headers has `Connection: close`."""
    if not isinstance(headers, Items) or headers.keys is None:
        return False
    return any(isinstance(key, str) and is_close(key, value) for key, value in zip(headers.keys, headers.values, strict=True))


def is_close(name: str, value: Value) -> bool:
    """Whether a header is `Connection: close`."""
    return name.lower() == "connection" and isinstance(value, Const) and str(value.value).lower() == "close"


def _is_shared(facts: Facts, call: MethodCall) -> bool:
    """Whether the client of a request serves others too: it is not this function's own, or the request is in a loop."""
    if not isinstance(call.owner, Instance | Object):
        return False
    if call.owner.site == NOBODY:
        return True
    made = next((one for one in facts.analysis.acquisitions if id(one.node) == call.owner.site), None)
    return made is not None and len(call.loops) > len(made.loops)


def _finding(kind: ResourceKind, node: cst.CSTNode, where: MethodCall | Header | Acquisition) -> Finding:
    return Finding(
        rule=RULE,
        at=Place(node, where.function),
        message="'Connection: close' on a shared client opens a new connection for each request; drop the header",
        level=Level.HINT,
        reclaim=kind.reclaim,
        library=kind.library,
    )


RULE = Rule(
    code="HTL502",
    name="connection-close-defeats-pool",
    summary="`Connection: close` on a shared client: its pool reuses nothing",
    check=check,
)
