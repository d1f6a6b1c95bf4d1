"""A client, session or connection that no path closes.

## Problem

A client has a pool of connections, which stay open after each request so that the next one need not connect again. This
client is made in a function and never closed there: on every path that the function takes without an error its last name
ends while the pool is open.

## Why it matters

Who frees it depends on the library. A dropped `httpx.Client` waits for the cycle collector: 300 calls held 300 sockets with
the collector off, and up to 21 at once with it on. A dropped websocket of `websockets.sync` stayed open until the process
ended, with two threads each. `requests.Session` and `aiohttp.ClientSession` go with their last reference on CPython, and
`aiohttp` complains on standard error. Whoever frees it, each call pays for a new connection; an `httpx.Client` costs 19 ms.

## Bad

```python
import httpx


def locate(address):
    client = httpx.Client(base_url="https://geo.example.net", timeout=5)  # HTL201
    return client.get("/search", params={"q": address}).json()
```

## Good

```python
import httpx


def locate(address):
    with httpx.Client(base_url="https://geo.example.net", timeout=5) as client:
        return client.get("/search", params={"q": address}).json()
```

```python
import httpx

CLIENT = httpx.Client(base_url="https://geo.example.net", timeout=5)


def locate(address):
    return CLIENT.get("/search", params={"q": address}).json()
```

## When it is silent

- The client is returned, yielded, stored in a module, an object or a container that lives on, or given to an unknown function.
- It is given a transport or a client to use that was not made here: to close it would close that.
- A method of the file gives it that keeps some of its clients by a key: `return self._sessions[host]`.
- A `with`, an `ExitStack`, `atexit` or another shutdown hook closes it.
- It is made at module level and lives as long as the process.
- Its library closes it by itself: pools of `urllib3` have a finalizer, and clients of `boto3` hold such pools.
- Only its response was closed, or it carries `Connection: close`: for `http.client` that is HTL501.

## Fix and its safety

Wrap the uses in `with` or `async with`; in `contextlib.closing` for a client that is no context manager. Safe where the
client is used in one block and does not leave it.

There is none where the function returns something that uses the client later, such as a generator expression over its requests
or `map(client.get, urls)`: a `with` around the `return` would close the client first. Make the function a generator with the
`with` inside, or let the caller make the client, pass it in and close it.

## References

- <https://www.python-httpx.org/advanced/clients/>
- <https://docs.aiohttp.org/en/stable/client_quickstart.html#make-a-request>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.verdicts import Outcome
from flake8_httpleak.rules.base import Finding, Rule
from flake8_httpleak.rules.cures import cure
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import lost, thing


def check(facts: Facts) -> Iterator[Finding]:
    """Find clients that are lost on every normal path."""
    for verdict in facts.clients:
        if verdict.outcome is Outcome.ALWAYS and not verdict.is_pending:
            yield lost(RULE, verdict, Level.SURE, f"{thing(verdict.acquisition)} is never closed; {cure(verdict)}")


RULE = Rule(
    code="HTL201",
    name="client-never-closed",
    summary="a client, session or connection is lost on every normal path",
    check=check,
    strength=20,
)
