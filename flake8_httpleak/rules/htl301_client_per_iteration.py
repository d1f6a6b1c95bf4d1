"""A client that is made anew in every turn of a loop.

## Problem

A loop makes a client in every turn, and every turn would do with the same one: nothing in the call that makes it depends on
the turn.

## Why it matters

A client keeps connections so that the next request need not open one. A client that serves one turn keeps them for nobody:
each turn opens a connection, shakes hands for TLS, and for most libraries reads the whole bundle of certificates again. That
reading is why `httpx.Client` costs as much without TLS.

| 30 calls | connections | of a kept one | CPU ms a call | of a kept one |
| --- | --- | --- | --- | --- |
| `requests.Session`, http | 30 | 1 | 1.1 | 0.7 |
| `requests.Session`, https | 30 | 1 | 30.1 | 1.0 |
| `urllib3.PoolManager`, http | 30 | 1 | 0.7 | 0.3 |
| `urllib3.PoolManager`, https | 30 | 1 | 29.4 | 0.3 |
| `httpx.Client`, http | 30 | 1 | 27.1 | 0.6 |
| `httpx.Client`, https | 30 | 1 | 29.8 | 0.6 |
| `httpx.AsyncClient`, http | 30 | 1 | 30.2 | 1.6 |
| `httpx.AsyncClient`, https | 30 | 1 | 32.7 | 2.1 |
| `aiohttp.ClientSession`, http | 30 | 1 | 0.9 | 0.2 |
| `aiohttp.ClientSession`, https | 30 | 1 | 2.9 | 0.2 |

All of them were closed. Measured on one machine, where a connection costs only the processor's time; a network adds at least
one way to the server and back for each. `python -m tests.lab.churn` measures it again.

## Bad

```python
import requests


def upload(files):
    for name, body in files:
        with requests.Session() as session:  # HTL301
            session.put(f"https://storage.example.com/{name}", data=body, timeout=30).raise_for_status()
```

## Good

```python
import requests


def upload(files):
    with requests.Session() as session:
        for name, body in files:
            session.put(f"https://storage.example.com/{name}", data=body, timeout=30).raise_for_status()
```

## When it is silent

- The client depends on the turn, by its arguments or by what is set on it afterwards: a token, an account, a proxy.
- Several requests go through it in one turn: its connection is used again.
- It is returned, stored or given away.
- The loop waits: a poll or retry loop whose ways round sleep, or that is left on success (so is one whose `else` raises), or one
  of ten turns at most.
- The loop is in a test, a command of a command line, `main`, a start-up hook, a constructor, or at the top of a module.

## Fix and its safety

Make the client before the loop. Unsafe: cookies, a changed default or a broken connection of one turn then reach the next.

## References

- <https://requests.readthedocs.io/en/latest/user/advanced/#session-objects>
- <https://www.python-httpx.org/advanced/clients/#why-use-a-client>
- <https://docs.aiohttp.org/en/stable/client_quickstart.html#make-a-request>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.rules.base import Finding, Place, Rule, written
from flake8_httpleak.rules.churn import candidates, churn_finding, churning_loop, runs_once, varies
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.sending import MANY


def check(facts: Facts) -> Iterator[Finding]:
    """Find clients that a loop makes in every turn, though every turn would do with the same one."""
    for candidate in candidates(facts):
        acquisition = candidate.acquisition
        loop = churning_loop(acquisition.loops, acquisition.node)
        if loop is None or acquisition.kind.role != "client" or candidate.requests >= MANY:
            continue
        if runs_once(facts, candidate.function) or varies(
            candidate, facts.invariance(candidate.function, loop.node, settings=True)
        ):
            continue
        callee = written(acquisition.callee)
        text = f"client '{callee}' is made in every turn of the loop at line {{0}}; make one before it"
        yield churn_finding(RULE, acquisition, Level.PATH, text, (Place(loop.node, candidate.function),))


RULE = Rule(
    code="HTL301",
    name="client-per-iteration",
    summary="a client is made in every turn of a loop",
    check=check,
    strength=70,
)
