"""A client that is lost when something raises.

## Problem

The client is closed at the end of the function, but a step after its first request may raise: the request itself,
`raise_for_status()`, another call; in a `@contextmanager`, whatever its block raises comes out of the `yield`. Then nothing
closes it.

## Why it matters

Errors come in numbers, and each one leaves a client behind. An `aiohttp` session that was left so in a task held its socket
until the cycle collector ran, 30 of 30 calls with the collector off. A client of `httpx`, `openai` or `elasticsearch` waits
for the collector in any case, one of `websockets.sync` for the end of the process.

## Bad

```python
import aiohttp


async def publish(url, event):
    session = aiohttp.ClientSession()  # HTL203
    response = await session.post(url, json=event)
    response.raise_for_status()
    await session.close()
```

## Good

```python
import aiohttp


async def publish(url, event):
    async with aiohttp.ClientSession() as session, session.post(url, json=event) as response:
        response.raise_for_status()
```

## When it is silent

- The function is a context manager for the life of the application: a lifespan.
- A `finally`, a `with` or a handler for what is raised closes the client.
- What may raise comes before the first request: no client holds a connection yet.
- The step is a call whose body is not known, and the function closes the client on no path.
- Only a cancelled task could get in between, and the last reference frees the client.

## Fix and its safety

Wrap the uses in `with` or `async with`, or in `try` and `finally`. Safe where the client is used in one block and does not
leave it.

## References

- <https://docs.aiohttp.org/en/stable/client_reference.html#client-session>
- <https://docs.python.org/3/reference/compound_stmts.html#the-try-statement>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.verdicts import Outcome
from flake8_httpleak.rules.base import Finding, Rule
from flake8_httpleak.rules.churn import runs_once
from flake8_httpleak.rules.cures import cure
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import lost, thing


def check(facts: Facts) -> Iterator[Finding]:
    """Find clients that are lost only when something raises."""
    for verdict in facts.clients:
        function = verdict.acquisition.function
        if function.is_manager and runs_once(facts, function):
            continue  # a lifespan: what the application raises ends the process
        if verdict.outcome is Outcome.ON_ERROR:
            yield lost(RULE, verdict, Level.EXC, f"{thing(verdict.acquisition)} is not closed {{way}}; {cure(verdict)}")


RULE = Rule(
    code="HTL203",
    name="client-lost-on-error",
    summary="a client is lost when something raises",
    check=check,
    strength=60,
)
