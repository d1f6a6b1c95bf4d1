"""Idle connections that never expire.

## Problem

Idle connections of this pool are kept without end: `keepalive_expiry=None`, a `keepalive_timeout` of more than an hour, or
`max_keepalive_connections=None` beside a bound on all connections.

## Why it matters

What a burst of work opened stays open after it. The other side gives up long before an hour: many servers, proxies and load
balancers after a minute or so. `httpx` notices that only when it takes the connection up again; until then the socket is in
CLOSE_WAIT and holds a file descriptor, and a request that meets the closing half-way fails.

## Bad

```python
import httpx

CLIENT = httpx.Client(limits=httpx.Limits(max_connections=200, keepalive_expiry=None))  # HTL403
```

```python
import aiohttp


async def start(app):
    app["session"] = aiohttp.ClientSession(connector=aiohttp.TCPConnector(keepalive_timeout=86400))  # HTL403
```

## Good

```python
import httpx

CLIENT = httpx.Client(limits=httpx.Limits(max_connections=200, max_keepalive_connections=20, keepalive_expiry=30))
```

## When it is silent

- Nothing is said: 5 seconds for `httpx`, 15 for `aiohttp`. (The pools of `httpcore` itself keep for ever by default; this rule
  asks for a parameter that says so.)
- The value cannot be seen in the file.
- An hour or less.

## Fix and its safety

Give the parameter the library's own default. Unsafe: work that comes in widely spaced turns connects anew for each.

## References

- <https://www.python-httpx.org/advanced/resource-limits/>
- <https://docs.aiohttp.org/en/stable/client_advanced.html#limiting-connection-pool-size>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.ownership.values import NONE
from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.pools import bound, given, is_unbounded, number, pool_finding

LONG = 3600
"""An idle connection that is kept longer than so many seconds is kept for ever as far as servers are concerned."""


def check(facts: Facts) -> Iterator[Finding]:
    """Find pools whose idle connections stay open for ever."""
    for acquisition in facts.constructions:
        parameter = _endless(acquisition)
        if parameter:
            callee = written(acquisition.callee)
            text = f"'{callee}' keeps idle connections without end by '{parameter}'; give it seconds or a number"
            yield pool_finding(RULE, acquisition, Level.HINT, text)


def _endless(acquisition: Acquisition) -> str:
    expiry = bound(acquisition, "expiry")
    if expiry is not None:
        value = given(acquisition, expiry)
        seconds = number(value)
        if is_unbounded(expiry, value) or (seconds is not None and seconds > LONG):
            return expiry.parameter
    kept, connections = bound(acquisition, "kept"), bound(acquisition, "connections")
    if kept is not None and connections is not None and given(acquisition, kept) == NONE and kept.unbounded_if_none:
        return kept.parameter if number(given(acquisition, connections)) is not None else ""
    return ""


RULE = Rule(
    code="HTL403",
    name="keep-alive-unbounded",
    summary="idle connections are kept open without end",
    check=check,
)
