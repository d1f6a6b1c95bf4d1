"""The wrong way to close: `with` on an asynchronous client, `close` where there is only `aclose`.

## Problem

The statement or the method that is to close this client is that of another kind of client: `with` where only `async with`
works, `close()` where there is only `aclose()`, a plain `close()` on the response of an asynchronous client.

## Why it matters

`with` on an asynchronous client raises `TypeError` before the first request, so that one shows at once. The others are in
clean-up code that tests often miss: `httpx.AsyncClient` has no `close`, and an asynchronous response of `httpx` raises
`RuntimeError` if it is closed the plain way. The error comes out of a `finally`, hides the one that led there, and the
socket stays open.

## Bad

```python
import httpx


async def fetch(url):
    client = httpx.AsyncClient()
    try:
        return (await client.get(url)).json()
    finally:
        client.close()  # HTL702
```

```python
import aiohttp


async def fetch(url):
    with aiohttp.ClientSession() as session:  # HTL702
        async with session.get(url) as response:
            return await response.json()
```

## Good

```python
import httpx


async def fetch(url):
    client = httpx.AsyncClient()
    try:
        return (await client.get(url)).json()
    finally:
        await client.aclose()
```

```python
import aiohttp


async def fetch(url):
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return await response.json()
```

## When it is silent

- The type of what is closed is not known in the file, or its class in the file has the method.
- The client is one that can be entered both ways.
- An `if` of the function decides whether the same thing is closed in the right way: it tells two libraries apart.
- `await session.close()` of `aiohttp`, whose only closing method has that name.

The client itself is not reported a second time.

## Fix and its safety

Write the statement or the method that the client has: `async with`, `await client.aclose()`. Safe: the old one raised.

## References

- <https://www.python-httpx.org/async/#opening-and-closing-clients>
- <https://docs.aiohttp.org/en/stable/client_quickstart.html#make-a-request>
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from flake8_httpleak.clients.catalog import ResourceKind
from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import Entered, MethodCall
from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.ownership.program import FunctionInfo
from flake8_httpleak.ownership.values import Instance, Pending
from flake8_httpleak.rules.base import Finding, Place, Rule, written
from flake8_httpleak.rules.closing import finding
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.source.visitor import Visitor, calls_in

_CLOSE = frozenset({"close", "aclose"})


def check(facts: Facts) -> Iterator[Finding]:
    """Find calls of closing methods that the object does not have, and blocks of the wrong kind."""
    rights = [call for call in facts.calls if _is_right(call)]
    for call in facts.calls:
        kind = kind_of(call.owner) if call.owner is not None else None
        right = _right_method(kind, call) if kind is not None and call.certain else ""
        if right and not any(_closed(one) == _closed(call) and _are_told_apart(one, call) for one in rights):
            yield finding(RULE, facts, call, f"'{written(call.node.func)}()' closes nothing here; {right}")
    for block in facts.blocks:
        wrong = _wrong_block(block) if block.certain else None
        if wrong is not None:
            yield wrong


def _closed(call: MethodCall) -> tuple[FunctionInfo, str]:
    """What a call closes, as it is written there."""
    return call.function, written(call.node.func).rpartition(".")[0]


def _is_right(call: MethodCall) -> bool:
    """Whether a call closes its object as the library wants it."""
    kind = kind_of(call.owner) if call.owner is not None else None
    return kind is not None and call.path in (*kind.release, *kind.release_async)


def _are_told_apart(one: MethodCall, other: MethodCall) -> bool:
    """Whether an `if` of the function decides between two calls: a part of it has one of them, and not the other."""
    found = _Parts({id(one.node), id(other.node)})
    if one.function.node is not None:
        found.walk(one.function.node.body)
    return found.decide


class _Parts(Visitor):
    def __init__(self, calls: set[int]) -> None:
        self.calls = calls
        self.decide = False

    def visit_If(self, node: cst.If) -> None:
        parts = [node.body, *([node.orelse] if node.orelse is not None else [])]
        self.decide = self.decide or any(len(self.calls.intersection(calls_in(part))) == 1 for part in parts)


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
