"""A streamed response that some path loses.

## Problem

One path through the function closes the response or reads it to its end, and another leaves it open: an early return for a
status that nobody wanted, a branch without `close()`, a loop that binds the name anew, a `break` out of the body.

## Why it matters

It works until that path is taken often. With `aiohttp` an unread error page of 1 MiB kept its connection each time, 30 of 30;
with the default limit of 100 call 101 waits. Up to 512 KiB the same code gave the connection back by itself, so no test with a
small error page shows it.

## Bad

```python
import aiohttp


async def latest(session: aiohttp.ClientSession, url):
    response = await session.get(url)  # HTL102
    if response.status != 200:
        return None
    return await response.json()
```

```python
import time

import requests

SESSION = requests.Session()


def open_feed(url):
    for wait in (1, 5, 30):
        response = SESSION.get(url, stream=True, timeout=10)  # HTL102
        if response.status_code == 200:
            return response
        time.sleep(wait)
    return None
```

```python
import requests


def lines_of(url):
    response = requests.get(url, stream=True, timeout=10)  # HTL102
    return response.iter_lines()
```

## Good

```python
import aiohttp


async def latest(session: aiohttp.ClientSession, url):
    async with session.get(url) as response:
        if response.status != 200:
            return None
        return await response.json()
```

```python
import time

import requests

SESSION = requests.Session()


def open_feed(url):
    for wait in (1, 5, 30):
        response = SESSION.get(url, stream=True, timeout=10)
        if response.status_code == 200:
            return response
        response.close()
        time.sleep(wait)
    return None
```

```python
import requests


def lines_of(url):
    with requests.get(url, stream=True, timeout=10) as response:
        yield from response.iter_lines()
```

## When it is silent

- Every path closes the response, reads it to its end or hands it to somebody else.
- The other path is one on which the response is None, or the process ends.
- The loop over the body is left early, and the library closes then: `httpx` does, `requests`, `urllib3` and `aiohttp` don't.
- Whether a path is taken cannot be told: what may be closed is not reported.

## Fix and its safety

Wrap the uses in `with` or `async with`, or where the response lives on on some path, close it before the other leaves without
it. Safe: what the function does stays the same.

There is none for a function that returns an iterator over the body: a `with` around the `return` would close the response before
anybody reads. Make the function a generator with the `with` inside, which then asks when its reader wants the first item; or
return the response, for the caller to close.

## References

- <https://docs.aiohttp.org/en/stable/client_reference.html#response-object>
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
    """Find responses that are lost on some normal paths only."""
    for verdict in facts.responses:
        if verdict.outcome is Outcome.SOMETIMES and not verdict.is_pending:
            made = verdict.acquisition
            text = f"{thing(made)} is not closed {{way}}; {cure(verdict)}"
            yield lost(RULE, verdict, Level.PATH, text, waiting_pool(facts, made))


RULE = Rule(
    code="HTL102",
    name="response-lost-on-some-path",
    summary="a streamed response is lost on some path",
    check=check,
    strength=40,
)
