"""`urlopen` in a loop over work for one host: a new connection each time, and the standard library keeps none.

## Problem

`urlopen` is called in a loop over work for one host. It sends `Connection: close` with each request, so that each turn opens
a connection of its own.

## Why it matters

The standard library keeps no connections, so there is nothing to switch on: only another library helps, which is why this
code is opt-in. Thirty turns, thirty connections, and with TLS thirty handshakes and readings of the certificates.

## Bad

```python
import json
from urllib.request import urlopen


def titles(numbers):
    found = []
    for number in numbers:
        with urlopen(f"https://api.example.com/issues/{number}", timeout=10) as response:  # HTL907
            found.append(json.load(response)["title"])
    return found
```

## Good

```python
import urllib3


def titles(numbers):
    with urllib3.PoolManager(timeout=10) as pool:
        return [pool.request("GET", f"https://api.example.com/issues/{number}").json()["title"] for number in numbers]
```

## When it is silent

- The host may be another one in each turn.
- The address is given as a `Request` that is made elsewhere, so that it cannot be read.
- The loop waits, is left on success, has ten turns at most, or is in a test, a command or a start-up hook.

## Fix and its safety

There is no fix that a tool could write: it is another library. `urllib3`, `requests` and `httpx` keep connections.

## References

- <https://docs.python.org/3/library/urllib.request.html#urllib.request.urlopen>
- <https://urllib3.readthedocs.io/en/stable/user-guide.html>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.rules.base import Finding, Place, Rule, written
from flake8_httpleak.rules.churn import churning_loop, runs_once
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.hosts import is_same_host


def check(facts: Facts) -> Iterator[Finding]:
    """Find `urlopen` calls that a loop makes to one host."""
    for acquisition in facts.analysis.acquisitions:
        loop = churning_loop(acquisition.loops, acquisition.node)
        if loop is None or acquisition.helper is not None or not acquisition.error or runs_once(facts, acquisition.function):
            continue
        if acquisition.args and is_same_host(acquisition.args[0].value, acquisition.function, loop.node):
            callee = written(acquisition.callee)
            yield Finding(
                rule=RULE,
                at=Place(acquisition.node, acquisition.function),
                message=f"'{callee}' connects anew in every turn of the loop at line {{0}}; use a library with a pool",
                level=Level.HINT,
                places=(Place(loop.node, acquisition.function),),
                library=acquisition.kind.library,
            )


RULE = Rule(
    code="HTL907",
    name="urlopen-in-loop",
    summary="`urlopen` in a loop over work for one host",
    check=check,
    default=False,
)
