"""A client that a handler makes for every request it serves.

## Problem

A function that a framework calls for every request, message, event or task makes a client of its own. Its connections end
with the call, and the next call opens new ones.

## Why it matters

The service pays for a connection, a handshake and a reading of certificates in every request that it answers, and its latency
shows it. Each connection that was closed waits in TIME_WAIT for a while, and keeps a local port for that long.

| 30 calls | connections | of a kept one | CPU ms a call | of a kept one |
| --- | --- | --- | --- | --- |
| `requests.Session`, http | 30 | 1 | 1.1 | 0.7 |
| `requests.Session`, https | 30 | 1 | 30.1 | 1.0 |
| `httpx.AsyncClient`, http | 30 | 1 | 30.2 | 1.6 |
| `httpx.AsyncClient`, https | 30 | 1 | 32.7 | 2.1 |
| `aiohttp.ClientSession`, http | 30 | 1 | 0.9 | 0.2 |
| `aiohttp.ClientSession`, https | 30 | 1 | 2.9 | 0.2 |

Measured on one machine, where a connection costs only the processor's time; a network adds at least one way to the server and
back for each. `python -m tests.lab.churn` measures it again.

## Bad

```python
import httpx
from fastapi import FastAPI

app = FastAPI()


@app.get("/weather/{city}")
async def weather(city: str):
    async with httpx.AsyncClient(timeout=5) as client:  # HTL302
        response = await client.get("https://api.example.com/weather", params={"city": city})
    return response.json()
```

## Good

```python
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request


@asynccontextmanager
async def lifespan(app):
    async with httpx.AsyncClient(timeout=5) as client:
        yield {"client": client}


app = FastAPI(lifespan=lifespan)


@app.get("/weather/{city}")
async def weather(city: str, request: Request):
    response = await request.state.client.get("https://api.example.com/weather", params={"city": city})
    return response.json()
```

## When it is silent

- The client depends on the request: its credentials, its tenant, its address.
- It is given a transport that was not made from a library's class: that may belong to the one call.
- Several requests go through the client in one call of the handler.
- A plain handler runs an event loop of its own, in which the client is made: it cannot outlive that.
- The function is a start-up, shutdown or lifespan hook, a test, or a command of a command line.
- The file imports no framework whose table names such functions (`httpleak-frameworks` adds tables of your own).

## Fix and its safety

There is no fix that a tool could write: where a client begins and ends is a decision about the whole service. Make it at
start-up (a lifespan, `before_serving`, `cleanup_ctx`, a worker's `init` signal), keep it in the application's state, and close
it at shutdown.

## References

- <https://fastapi.tiangolo.com/advanced/events/>
- <https://docs.aiohttp.org/en/stable/web_advanced.html#data-sharing-aka-no-singletons-please>
- <https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.churn import candidates, churn_finding, varies
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.roles import Role
from flake8_httpleak.rules.sending import MANY


def check(facts: Facts) -> Iterator[Finding]:
    """Find clients in functions that a framework calls for every request, message, event or task."""
    for candidate in candidates(facts):
        acquisition, function = candidate.acquisition, candidate.function
        if candidate.requests >= MANY or facts.roles.of(function) is not Role.HANDLER or facts.roles.has_own_loop(function):
            continue
        if not varies(candidate, facts.invariance(function, settings=True)):
            callee = written(acquisition.callee)
            text = f"client '{callee}' is made for every call of the handler '{function.name}'; make one at start-up"
            yield churn_finding(RULE, acquisition, Level.SURE, text)


RULE = Rule(
    code="HTL302",
    name="client-per-request",
    summary="a client is made in a web, queue or event handler",
    check=check,
    strength=71,
)
