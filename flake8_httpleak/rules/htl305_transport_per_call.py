"""A transport, adapter or TLS context that is made again and again for a client that stays.

## Problem

The client stays, but what it connects with is made anew for each call: `mount()` replaces the adapter, and with it the pool
of connections, or a TLS context is built again from all certificates.

## Why it matters

A session whose adapter was replaced has an empty pool: it connects again. `aiohttp` keeps its connections by TLS context, so
that a new context finds none of them, and building one takes longer than everything else in the call.

| 30 calls | connections | of a kept one | CPU ms a call | of a kept one |
| --- | --- | --- | --- | --- |
| `SESSION.mount`, http | 30 | 1 | 2.0 | 1.1 |
| `SESSION.mount`, https | 30 | 1 | 32.0 | 0.9 |
| `ssl.create_default_context`, https | 30 | 1 | 29.5 | 0.2 |

Measured on one machine, where a connection costs only the processor's time. `python -m tests.lab.churn` measures it again.

## Bad

```python
import requests
from requests.adapters import HTTPAdapter

SESSION = requests.Session()


def fetch_all(paths):
    for path in paths:
        SESSION.mount("https://", HTTPAdapter(max_retries=3))  # HTL305
        yield SESSION.get(f"https://api.example.com/{path}", timeout=10).json()
```

```python
import ssl

import aiohttp


async def fetch_all(session: aiohttp.ClientSession, paths):
    for path in paths:
        context = ssl.create_default_context()  # HTL305
        async with session.get(f"https://api.example.com/{path}", ssl=context) as response:
            await response.read()
```

## Good

```python
import requests
from requests.adapters import HTTPAdapter

SESSION = requests.Session()
SESSION.mount("https://", HTTPAdapter(max_retries=3))


def fetch_all(paths):
    for path in paths:
        yield SESSION.get(f"https://api.example.com/{path}", timeout=10).json()
```

## When it is silent

- The call is neither in a loop, nor in a function that its framework calls again and again, nor does it stand, under no
  condition, before a request of the same function through a client of the module or the object.
- Its arguments depend on the turn or the call: other certificates for another tenant.
- The session was made in the same function: then its own rules speak of it (HTL301 to HTL303).
- The loop waits, has ten turns at most, or is in a test, a command, a start-up hook or a constructor.

## Fix and its safety

There is no fix that a tool could write. Move the line to where the client is made; what it makes belongs to the client.

## References

- <https://requests.readthedocs.io/en/latest/user/advanced/#transport-adapters>
- <https://docs.aiohttp.org/en/stable/client_advanced.html#ssl-control-for-tcp-sockets>
- <https://docs.python.org/3/library/ssl.html#ssl.create_default_context>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import MethodCall
from flake8_httpleak.ownership.kinds import kind_of
from flake8_httpleak.ownership.values import NOBODY, Instance, Object
from flake8_httpleak.rules.base import Finding, Place, Rule, written
from flake8_httpleak.rules.churn import churning_loop, runs_once
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.invariance import Invariance
from flake8_httpleak.rules.preparing import precedes_request
from flake8_httpleak.rules.roles import Role


def check(facts: Facts) -> Iterator[Finding]:
    """Find adapters mounted on shared sessions, and TLS contexts made, in loops and handlers."""
    for call in facts.calls:
        what = _what(facts, call)
        where = _where(facts, call) if what else ""
        if where:
            yield Finding(
                rule=RULE,
                at=Place(call.node, call.function),
                message=f"'{written(call.node.func)}' {what} {where}; do it once, where the client is made",
                level=Level.HINT,
                library=_library(facts, call),
            )


def _what(facts: Facts, call: MethodCall) -> str:
    kind = kind_of(call.owner) if call.owner is not None else None
    if kind is not None:
        shared = isinstance(call.owner, Instance | Object) and call.owner.site == NOBODY
        return "replaces the pool of a shared client" if shared and call.path in kind.take_methods else ""
    return "loads the certificates" if call.path in facts.analyser.program.catalog.costly else ""


def _library(facts: Facts, call: MethodCall) -> str:
    kind = kind_of(call.owner) if call.owner is not None else None
    return kind.library if kind is not None else facts.analyser.program.catalog.library_of(call.path)


def _where(facts: Facts, call: MethodCall) -> str:
    if runs_once(facts, call.function):
        return ""
    loop = churning_loop(call.loops, call.node)
    if loop is not None:
        return "in every turn of a loop" if _is_same(call, facts.invariance(call.function, loop.node, settings=True)) else ""
    is_often = facts.roles.of(call.function) in (Role.HANDLER, Role.HOT)
    if is_often or (precedes_request(facts, call) and not facts.roles.is_rare(call.function)):
        same = _is_same(call, facts.invariance(call.function, settings=True))
        return f"for every call of '{call.function.name}'" if same else ""
    return ""


def _is_same(call: MethodCall, invariance: Invariance) -> bool:
    return all(invariance.holds(arg) for arg in call.node.args)


RULE = Rule(
    code="HTL305",
    name="transport-per-call",
    summary="an adapter, transport or TLS context is made again and again",
    check=check,
)
