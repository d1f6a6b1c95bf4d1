"""A timeout that is switched off.

## Problem

A timeout is switched off: it is None, has a part that is None, or is the number that means none (0 for `aiohttp`).

## Why it matters

As with HTL601 a server that never answers holds the caller for ever, and here somebody has taken away the bound that the
library or the client had. With `httpx`, `timeout=None` also lets a caller wait for ever for a place in a full pool.

## Bad

```python
import httpx


def export(client: httpx.Client, number):
    return client.get(f"/exports/{number}", timeout=None).content  # HTL602
```

```python
import aiohttp

SLOW = aiohttp.ClientTimeout(total=None, sock_connect=5)  # HTL602
```

## Good

```python
import httpx

EXPORT = httpx.Timeout(5, read=300)


def export(client: httpx.Client, number):
    return client.get(f"/exports/{number}", timeout=EXPORT).content
```

```python
import aiohttp

SLOW = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=300)
```

## When it is silent

- Each part that waits for the server has a bound, by whatever name: a `ClientTimeout` with `sock_read`, a pair of numbers.
- The value is a parameter or comes from elsewhere; a parameter that is None by default is HTL905.
- A deadline is around the call (`asyncio.timeout`, `wait_for`, `anyio.fail_after`).
- None means the default there, as it does for `aiohttp.ClientSession`.

## Fix and its safety

Put 10 seconds there. Unsafe: an answer that takes longer, such as a stream that pauses, now fails.

## References

- <https://www.python-httpx.org/advanced/timeouts/>
- <https://docs.aiohttp.org/en/stable/client_reference.html#aiohttp.ClientTimeout>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.timeouts import Waiting, timeout_finding, waiters


def check(facts: Facts) -> Iterator[Finding]:
    """Find timeouts that are None, or have a part that is."""
    for waiter in waiters(facts, Waiting.DISABLED):
        yield timeout_finding(
            RULE,
            waiter,
            f"'{waiter.parameter}' of '{written(waiter.node.func)}' sets no bound, so it waits for ever; pass seconds",
        )


RULE = Rule(
    code="HTL602",
    name="timeout-disabled",
    summary="a timeout that is switched off",
    check=check,
    default=False,
)
