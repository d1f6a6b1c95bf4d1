"""A streamed response that is lost when something raises.

## Problem

The response is closed at the end of the function, or read there, but a step before that may raise: `raise_for_status()`, a
write to a file, another request, an explicit `raise`. Then nothing closes it.

## Why it matters

A server that answers with errors for a while takes the connections of the client with it. With `httpx` each
`raise_for_status()` before `close()` kept one, 30 of 30, and with its defaults call 101 ends in `PoolTimeout`, also for
servers that are well. With `requests` the response is freed when the exception is, and stays open as long as somebody
keeps that: `last = error` in the same function held 30 of 30 until the collector ran.

## Bad

```python
import httpx

CLIENT = httpx.AsyncClient()


async def save(url, file):
    request = CLIENT.build_request("GET", url)
    response = await CLIENT.send(request, stream=True)  # HTL103
    response.raise_for_status()
    async for chunk in response.aiter_bytes():
        file.write(chunk)
    await response.aclose()
```

## Good

```python
import httpx

CLIENT = httpx.AsyncClient()


async def save(url, file):
    async with CLIENT.stream("GET", url) as response:
        response.raise_for_status()
        async for chunk in response.aiter_bytes():
            file.write(chunk)
```

## When it is silent

- A `finally`, a `with` or a handler for what is raised closes the response.
- What raises has closed it already: a failed read in `requests`, `raise_for_status()` in `aiohttp`.
- Nothing between the request and the closing does more than look at it: attributes, headers, logging.
- The step is a call whose body is not known, and the function closes the response on no path.
- Only a cancelled task could get in between, and the last reference frees the response.

## Fix and its safety

Wrap the uses in `with` or `async with`, or where the library has none for responses, in `contextlib.closing` or `try` and
`finally`. Safe where the response is used in one block and does not leave it. A response that is handed on in the end is closed
in an `except` that raises again: a `with` would close it for whoever gets it.

## References

- <https://www.python-httpx.org/async/#streaming-responses>
- <https://docs.python.org/3/library/contextlib.html#contextlib.closing>
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
    """Find responses that are lost only when something raises."""
    for verdict in facts.responses:
        if verdict.outcome is Outcome.ON_ERROR:
            made = verdict.acquisition
            text = f"{thing(made)} is not closed {{way}}; {cure(verdict)}"
            yield lost(RULE, verdict, Level.EXC, text, waiting_pool(facts, made))


RULE = Rule(
    code="HTL103",
    name="response-lost-on-error",
    summary="a streamed response is lost when something raises",
    check=check,
    strength=60,
)
