"""A pool without a bound on its connections.

## Problem

A pool was told to open as many connections as anybody asks for: `limit=0`, `max_connections=None`, or an `httpx.Limits(...)`
that says something else and leaves `max_connections` out.

## Why it matters

Whatever arrives at once becomes as many sockets: 130 requests at a time opened 130 with `TCPConnector(limit=0)` and with
`Limits()`. The limit that remains is that of the process (often 1024 file descriptors), and there everything fails, not only
this client. `httpx.Limits` surprises here: `httpx.Client()` stops at 100, and `Limits(max_keepalive_connections=5)` takes
that bound away.

## Bad

```python
import httpx

CLIENT = httpx.AsyncClient(limits=httpx.Limits(max_keepalive_connections=5))  # HTL401
```

```python
import aiohttp


async def start(app):
    app["session"] = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))  # HTL401
```

## Good

```python
import httpx

CLIENT = httpx.AsyncClient(limits=httpx.Limits(max_connections=50, max_keepalive_connections=5))
```

## When it is silent

- Nothing is said and the library's default has a bound: 100 for `aiohttp` and for the clients of `httpx`.
- The number comes from a place that the file does not show: a parameter, a setting, a dictionary from elsewhere.
- `limit_per_host=0`, as long as `limit` has a bound.
- Pools of `requests` and `urllib3`, which have no such parameter; HTL402 speaks of theirs.

## Fix and its safety

Give the parameter 100. Unsafe: callers that come when the pool is full now wait, and how many connections the service needs is
for its author to say.

## References

- <https://www.python-httpx.org/advanced/resource-limits/>
- <https://docs.aiohttp.org/en/stable/client_advanced.html#limiting-connection-pool-size>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.pools import UNBOUNDED, bound, given, is_open, is_unbounded, pool_finding


def check(facts: Facts) -> Iterator[Finding]:
    """Find pools that may open any number of connections."""
    for acquisition in facts.constructions:
        why = _why(acquisition)
        if why:
            callee = written(acquisition.callee)
            yield pool_finding(RULE, acquisition, Level.SURE, f"'{callee}' with {why} bounds no connections; give it a number")


def _why(acquisition: Acquisition) -> str:
    found = bound(acquisition, "connections")
    if found is None:
        return ""
    value = given(acquisition, found)
    if value is None:
        return f"no '{found.parameter}'" if found.default == UNBOUNDED and not is_open(acquisition) else ""
    return f"this '{found.parameter}'" if is_unbounded(found, value) else ""


RULE = Rule(
    code="HTL401",
    name="pool-unbounded",
    summary="a pool may open any number of connections",
    check=check,
)
