"""A client for one request in an ordinary function.

## Problem

An ordinary function makes a client, sends one request through it and is done. How often it is called is not seen in the file.

## Why it matters

If that is once a day, nothing is wrong with it. If it is once in every request of a service, it is the cost that HTL302 and
HTL303 speak of: with TLS, about 30 ms of the processor's time where a `requests.Session` that is kept takes about 1. This
code asks for less proof than they do.

## Bad

```python
import httpx


def latest(name):
    with httpx.Client(timeout=10) as client:  # HTL902
        return client.get(f"https://packages.example.com/{name}").json()["version"]
```

## Good

```python
import httpx


def latest(client: httpx.Client, name):
    return client.get(f"https://packages.example.com/{name}").json()["version"]
```

## When it is silent

- The client depends on the call's own arguments, or several requests go through it.
- It is returned, stored or given away.
- The function is a test, a command, `main`, a start-up hook, a constructor or a module's top level.
- A rule with more proof speaks of it: HTL301, HTL302, HTL303.

## Fix and its safety

There is no fix that a tool could write. Take the client as a parameter, or keep it in the object or the module.

## References

- <https://www.python-httpx.org/advanced/clients/#why-use-a-client>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.churn import candidates, churn_finding, runs_once, varies
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.sending import MANY


def check(facts: Facts) -> Iterator[Finding]:
    """Find clients for one request in functions of which nobody knows how often they run."""
    for candidate in candidates(facts):
        function = candidate.function
        if candidate.acquisition.spare or function.is_cached:
            continue
        if candidate.requests < MANY and not runs_once(facts, function) and not varies(candidate, facts.invariance(function)):
            callee = written(candidate.acquisition.callee)
            text = f"client '{callee}' is made for one request in '{function.name}'; keep one if that runs often"
            yield churn_finding(RULE, candidate.acquisition, Level.HINT, text)


RULE = Rule(
    code="HTL902",
    name="client-per-plain-call",
    summary="a client is made for one request in an ordinary function",
    check=check,
    strength=91,
    default=False,
)
