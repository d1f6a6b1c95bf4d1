"""A request that may wait for ever, because nothing bounds it and the library's default does not.

## Problem

A request gives no timeout, and its library has none of its own: `requests`, `urllib`, `http.client`, the pools of `urllib3`.

## Why it matters

A server that accepts the connection and never answers holds the caller for ever, with its thread, its socket and its place in
the pool. It takes one such server to stop a service whose workers all call it. This code is opt-in because ruff's S113,
bandit's B113 and pylint's W3101 report the plain cases for `requests`; this rule also knows clients, subclasses and deadlines
around a call.

## Bad

```python
import requests


def rates(base):
    return requests.get("https://rates.example.com/latest", params={"base": base}).json()  # HTL601
```

```python
import urllib.request


def rates():
    with urllib.request.urlopen("https://rates.example.com/latest") as response:  # HTL601
        return response.read()
```

## Good

```python
import requests


def rates(base):
    return requests.get("https://rates.example.com/latest", params={"base": base}, timeout=(3, 10)).json()
```

```python
import urllib.request


def rates():
    with urllib.request.urlopen("https://rates.example.com/latest", timeout=10) as response:
        return response.read()
```

## When it is silent

- The library's default has a bound: `httpx` 5 seconds, `aiohttp` 300, `boto3`, `openai`, `niquests`.
- The arguments cannot all be seen: `**kwargs` from a caller.
- The client has been taught one: a subclass that overrides its requests, a mounted adapter of your own, a wrapped method.
- A client has none, but each request that the file sends through clients of its kind brings its own, or the file sends none.
- A deadline is around the call (`asyncio.timeout`, `wait_for`, `anyio.fail_after`), or `socket.setdefaulttimeout` is called in
  the file, for libraries that obey it.
- A timeout of None that is written out is HTL602.

## Fix and its safety

Add `timeout=10`. Unsafe: how long is right is for the author to say, and a request that took longer now fails.

## References

- <https://requests.readthedocs.io/en/latest/user/advanced/#timeouts>
- <https://docs.python.org/3/library/socket.html#socket.setdefaulttimeout>
- <https://urllib3.readthedocs.io/en/stable/user-guide.html#using-timeouts>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.timeouts import Waiting, timeout_finding, waiters


def check(facts: Facts) -> Iterator[Finding]:
    """Find requests without a timeout whose library has none by default."""
    for waiter in waiters(facts, Waiting.MISSING):
        yield timeout_finding(
            RULE,
            waiter,
            f"'{written(waiter.node.func)}' without '{waiter.parameter}' waits for ever if the server does; pass seconds",
        )


RULE = Rule(
    code="HTL601",
    name="timeout-missing",
    summary="a request without a timeout, where the library has none by default",
    check=check,
    default=False,
)
