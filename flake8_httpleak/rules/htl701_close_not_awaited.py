"""A closing coroutine is made and never awaited: nothing is closed.

## Problem

The method that closes this client is a coroutine function. The call makes a coroutine and nobody awaits it, so nothing runs.

## Why it matters

The line reads as if it closed the client, and its sockets stay open: 6 of 6 calls left one, with `aiohttp` and with `httpx`,
and none once `await` was there. What Python says about it, "coroutine was never awaited", is a warning when the coroutine is
freed, far from the line, and many services do not show warnings.

## Bad

```python
import aiohttp


class Feed:
    def __init__(self):
        self.session = aiohttp.ClientSession()

    async def close(self):
        self.session.close()  # HTL701
```

```python
import httpx


async def fetch(url):
    client = httpx.AsyncClient()
    try:
        return (await client.get(url)).json()
    finally:
        client.aclose()  # HTL701
```

## Good

```python
import aiohttp


class Feed:
    def __init__(self):
        self.session = aiohttp.ClientSession()

    async def close(self):
        await self.session.close()
```

## When it is silent

- The coroutine is awaited, returned, stored or given to somebody: `create_task`, `gather`, `run_until_complete`, `shield`.
- The type of the client is not known in the file: it is never told from a name.
- The call is in `__del__`: that is HTL703.

The client itself is not reported a second time.

## Fix and its safety

Add `await`, inside of coroutine functions. Safe: the line was meant to close the client. In a plain function there is no fix;
make the function a coroutine function, or hand the coroutine to its caller.

## References

- <https://docs.aiohttp.org/en/stable/client_reference.html#aiohttp.ClientSession.close>
- <https://www.python-httpx.org/async/#opening-and-closing-clients>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.closing import finding
from flake8_httpleak.rules.facts import Facts


def check(facts: Facts) -> Iterator[Finding]:
    """Find calls of closing coroutine functions whose result is neither awaited nor given to anybody."""
    for call in facts.calls:
        kind = kind_of(call.owner) if call.owner is not None else None
        if kind is None or call.path not in kind.release_async or call.awaited or call.function.name == "__del__":
            continue
        if not call.certain:  # a plain close of another kind of client
            continue
        if facts.is_lost_coroutine(call):
            cure = "write 'await'" if call.function.is_async else "await it in an 'async def'"
            yield finding(RULE, facts, call, f"'{written(call.node.func)}()' is not awaited, so nothing is closed; {cure}")


RULE = Rule(
    code="HTL701",
    name="close-not-awaited",
    summary="a closing coroutine is never awaited, so nothing is closed",
    check=check,
    strength=1,
)
