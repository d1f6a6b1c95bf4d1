"""`Connection: close` on a shared client: its pool never gets a connection back.

## Problem

A header `Connection: close` tells the server to end the connection after its answer. On a session that serves more than one
request it takes away what a session is for.

## Why it matters

The pool gets no connection back: thirty requests open thirty connections. The header is mostly there against sockets that
stayed open; what frees those is to close the responses and, in the end, the session.

| 30 calls | connections | of a kept one | CPU ms a call | of a kept one |
| --- | --- | --- | --- | --- |
| `Connection: close`, http | 30 | 1 | 1.4 | 1.0 |
| `Connection: close`, https | 30 | 1 | 30.2 | 1.1 |

## Bad

```python
import requests

SESSION = requests.Session()
SESSION.headers["Connection"] = "close"  # HTL502


def fetch(path):
    return SESSION.get(f"https://api.example.com/{path}", timeout=10).json()
```

```python
import httpx


def fetch_all(paths):
    with httpx.Client(base_url="https://api.example.com") as client:
        return [client.get(path, headers={"Connection": "close"}).json() for path in paths]  # HTL502
```

## Good

```python
import requests

SESSION = requests.Session()


def fetch(path):
    return SESSION.get(f"https://api.example.com/{path}", timeout=10).json()
```

```python
import requests


def fetch_once(url):
    return requests.get(url, headers={"Connection": "close"}, timeout=10).json()
```

## When it is silent

- The client is made in the same function and sends one request, or tries it again until it succeeds: what the header says.
- The request goes through a function of the module, such as `requests.get`, which closes its connection anyway.
- The header's value is not written out.

## Fix and its safety

Drop the header. Unsafe: a server or a proxy that breaks connections which stay open may be why it is there.

## References

- <https://www.rfc-editor.org/rfc/rfc9112#section-9.6>
- <https://requests.readthedocs.io/en/latest/user/advanced/#keep-alive>
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
from flake8_httpleak.rules.looping import is_churning


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
    """Whether the client of a request serves others too: it is not this function's own, or a loop goes round for the next one."""
    if not isinstance(call.owner, Instance | Object):
        return False
    if call.owner.site == NOBODY:
        return True
    made = next((one for one in facts.analysis.acquisitions if id(one.node) == call.owner.site), None)
    return made is not None and any(is_churning(loop, call.node) for loop in call.loops[len(made.loops) :])


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
