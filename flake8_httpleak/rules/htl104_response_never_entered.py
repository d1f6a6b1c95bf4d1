"""A request that is neither entered nor awaited.

## Problem

Some calls only promise a response: `session.get()` of `aiohttp`, `stream()` of `httpx`, `with_streaming_response` of
`openai`. The request is made when the promise is awaited or entered with `with`. This one never is.

## Why it matters

No request is made at all: the server of our lab saw no connection. `aiohttp` leaves a warning that a coroutine was never
awaited, some time later and without the line; `httpx` leaves nothing. What looks like a metric sent or a job started is a
line without effect.

## Bad

```python
import aiohttp


async def heartbeat(session: aiohttp.ClientSession, url):
    session.post(url, json={"alive": True})  # HTL104
```

```python
import httpx


def size(url):
    response = httpx.stream("GET", url)  # HTL104
    return response.headers["Content-Length"]
```

## Good

```python
import aiohttp


async def heartbeat(session: aiohttp.ClientSession, url):
    async with session.post(url, json={"alive": True}):
        pass
```

```python
import httpx


def size(url):
    with httpx.stream("GET", url) as response:
        return response.headers["Content-Length"]
```

## When it is silent

- The promise is returned, stored, or given to a call: `asyncio.gather`, `create_task`, `stack.enter_context`.
- It is awaited or entered on every path, and what it gives is lost afterwards: that is HTL101 to HTL103.

## Fix and its safety

Enter the promise around its uses, or where it has none, enter and leave it at once. Safe as far as that can be said of code
that did nothing: the request that the line asks for is made from now on.

## References

- <https://docs.aiohttp.org/en/stable/client_quickstart.html#make-a-request>
- <https://www.python-httpx.org/quickstart/#streaming-responses>
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
    """Find requests that are never made."""
    for verdict in facts.verdicts:
        if verdict.outcome in (Outcome.ALWAYS, Outcome.SOMETIMES) and verdict.is_pending:
            yield lost(
                RULE,
                verdict,
                Level.SURE,
                f"{thing(verdict.acquisition)} is neither entered nor awaited; no request is made; {cure(verdict)}",
            )


RULE = Rule(
    code="HTL104",
    name="response-never-entered",
    summary="a request that is neither entered nor awaited",
    check=check,
    strength=10,
)
