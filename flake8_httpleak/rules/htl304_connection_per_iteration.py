"""A connection to one host that is opened anew in every turn of a loop.

## Problem

Functions such as `requests.get` and `httpx.get` make a client, send one request and close it. In a loop over work for one
host that is a new connection in every turn; so is a connection of `http.client` that is opened in the loop.

## Why it matters

What a session would do once is done every time: the connection, the handshake for TLS, the reading of the certificates.

| 30 calls | connections | of a kept one | CPU ms a call | of a kept one |
| --- | --- | --- | --- | --- |
| `requests.get`, http | 30 | 1 | 1.9 | 0.8 |
| `requests.get`, https | 30 | 1 | 30.2 | 1.2 |
| `httpx.get`, http | 30 | 1 | 28.2 | 0.7 |
| `httpx.get`, https | 30 | 1 | 30.0 | 0.5 |
| `http.client.HTTPConnection`, http | 30 | 1 | 0.2 | 0.1 |
| `http.client.HTTPSConnection`, https | 30 | 1 | 29.3 | 0.2 |

Measured on one machine, where a connection costs only the processor's time; a network adds at least one way to the server and
back for each. `python -m tests.lab.churn` measures it again.

## Bad

```python
import requests


def titles(numbers):
    found = {}
    for number in numbers:
        response = requests.get(f"https://api.example.com/issues/{number}", timeout=10)  # HTL304
        found[number] = response.json()["title"]
    return found
```

## Good

```python
import requests


def titles(numbers):
    found = {}
    with requests.Session() as session:
        for number in numbers:
            response = session.get(f"https://api.example.com/issues/{number}", timeout=10)
            found[number] = response.json()["title"]
    return found
```

## When it is silent

- The host or port may be another one in each turn: the address is the loop's own variable, or built on one.
- The loop waits, is left on success (`while answer is None: answer = ...`), or has ten turns at most.
- The loop is in a test, a command of a command line, `main`, a start-up hook, or at the top of a module.
- `urlopen` in a loop: the standard library keeps no connection, so there is nothing to change to (HTL907 is opt-in).

## Fix and its safety

Make a session before the loop and send through it. Unsafe: a session keeps cookies from one request to the next, and one whose
server closes idle connections may meet a closed one.

## References

- <https://requests.readthedocs.io/en/latest/user/advanced/#session-objects>
- <https://www.python-httpx.org/advanced/clients/#why-use-a-client>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import MethodCall
from flake8_httpleak.ownership.walks import Loop
from flake8_httpleak.rules.base import Finding, Place, Rule, written
from flake8_httpleak.rules.churn import candidates, churn_finding, churning_loop, runs_once, varies
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.hosts import address_of, is_same_host


def check(facts: Facts) -> Iterator[Finding]:
    """Find requests that open a connection of their own, in a loop over work for one host."""
    for call in facts.calls:
        if call.owner is not None or call.path not in facts.analyser.program.catalog.one_shot:
            continue
        loop = churning_loop(call.loops, call.node)
        if loop is not None and not runs_once(facts, call.function) and _goes_to_one_host(call, loop):
            yield Finding(
                rule=RULE,
                at=Place(call.node, call.function),
                message=f"'{written(call.node.func)}' opens a connection in every turn of the loop at line {{0}}; use a session",
                level=Level.HINT,
                places=(Place(loop.node, call.function),),
                resource=id(call.node),
                library=facts.analyser.program.catalog.library_of(call.path),
            )
    for candidate in candidates(facts):
        acquisition = candidate.acquisition
        loop = churning_loop(acquisition.loops, acquisition.node)
        if loop is None or acquisition.kind.role != "connection" or runs_once(facts, candidate.function):
            continue
        if not varies(candidate, facts.invariance(candidate.function, loop.node, settings=True)):
            text = f"'{written(acquisition.callee)}' is opened in every turn of the loop at line {{0}}; open one before it"
            yield churn_finding(RULE, acquisition, Level.HINT, text, (Place(loop.node, candidate.function),))


def _goes_to_one_host(call: MethodCall, loop: Loop) -> bool:
    url = address_of(call.node, call.path)
    return url is not None and is_same_host(url, call.function, loop.node)


RULE = Rule(
    code="HTL304",
    name="connection-per-iteration",
    summary="a connection to one host is opened in every turn of a loop",
    check=check,
    strength=73,
)
