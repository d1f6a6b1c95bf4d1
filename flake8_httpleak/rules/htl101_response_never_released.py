"""A streamed response that no path closes or reads to its end.

## Problem

A response that was asked for as a stream holds a connection until it is closed or read to the end. This one is lost on every
path that the function takes without an error: its name ends, is bound to something else or deleted, or it never had one.

## Why it matters

On a shared `httpx` client or `aiohttp` session nothing ever gives the connection back, and the pool runs dry: with the
defaults of `httpx` call 101 ends in `PoolTimeout`. With `requests`, `urllib3` and `urllib` the last reference going away
closes the socket on CPython, so that what is lost is its reuse: one new connection for every call.

## Bad

```python
import httpx

CLIENT = httpx.Client()


def is_up(url):
    response = CLIENT.send(CLIENT.build_request("GET", url), stream=True)  # HTL101
    return response.status_code == 200
```

## Good

```python
import httpx

CLIENT = httpx.Client()


def is_up(url):
    with CLIENT.stream("GET", url) as response:
        return response.status_code == 200
```

## When it is silent

- The response is returned, yielded, stored, or given to a function whose body is not in the file.
- It is read to the end, where that releases it.
- Its client is closed in the same function, and the client's library closes open responses with it.

## Fix and its safety

Wrap the uses in `with` or `async with`. Safe where the response is used in one block and does not leave it.

## References

- <https://www.python-httpx.org/quickstart/#streaming-responses>
- <https://requests.readthedocs.io/en/latest/user/advanced/#body-content-workflow>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.verdicts import Outcome
from flake8_httpleak.rules.base import Finding, Rule
from flake8_httpleak.rules.cures import cure
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.pools import waiting_pool
from flake8_httpleak.rules.wording import lost, thing


def check(facts: Facts) -> Iterator[Finding]:
    """Find responses that are lost on every normal path."""
    for verdict in facts.responses:
        if verdict.outcome is Outcome.ALWAYS and not verdict.is_pending:
            made = verdict.acquisition
            yield lost(RULE, verdict, Level.SURE, f"{thing(made)} is never closed; {cure(verdict)}", waiting_pool(facts, made))


RULE = Rule(
    code="HTL101",
    name="response-never-released",
    summary="a streamed response is lost on every normal path",
    check=check,
    strength=20,
)
