"""A cache of clients that only ever grows.

## Problem

Clients are kept by a key, in a dictionary or by `lru_cache` on a function with parameters. Each new key makes a client that
stays.

## Why it matters

With few keys, such as the regions of a cloud, that is a good way to share clients. With tenants, users or addresses as keys
the pools pile up: 30 keys, 30 clients, 30 sockets, and a full `lru_cache` drops the oldest without closing it.

## Bad

```python
from functools import lru_cache

import requests


@lru_cache(maxsize=None)
def session_for(tenant):
    session = requests.Session()  # HTL906
    session.headers["X-Tenant"] = tenant
    return session
```

## Good

```python
from functools import lru_cache

import requests


@lru_cache
def session():
    return requests.Session()


def fetch(tenant, url):
    return session().get(url, headers={"X-Tenant": tenant}, timeout=10).json()
```

## When it is silent

- The cached function has no parameters: it makes one client.
- The dictionary is filled at the top of the module, or under a key that is written out: its keys are few.
- It forgets a client with its key (`weakref.WeakKeyDictionary`), or what it keeps under each key shares one client.

## Fix and its safety

There is no fix that a tool could write. Share one client and pass what differs with each request, or bound the cache and
close what leaves it.

## References

- <https://docs.python.org/3/library/functools.html#functools.lru_cache>
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.verdicts import Verdict
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.caches import keeps_by_key
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import thing

_CONTAINERS = frozenset({"module container", "field container"})


def check(facts: Facts) -> Iterator[Finding]:
    """Find clients that a keyed cache or a dictionary keeps, one for each key."""
    for verdict in facts.clients:
        where = _cache(verdict)
        if where:
            acquisition = verdict.acquisition
            yield Finding(
                rule=RULE,
                at=Place(acquisition.node, acquisition.function),
                message=f"{thing(acquisition)} is kept {where} for each key; bound it, and close what leaves",
                level=Level.HINT,
                reclaim=verdict.reclaim,
                resource=id(acquisition.node),
                library=acquisition.kind.library,
            )


def _cache(verdict: Verdict) -> str:
    function = verdict.acquisition.function
    if keeps_by_key(verdict):
        return f"by the cache of '{function.name}'"
    is_shared = any(one.how in ("field", "global") for one in verdict.handovers)  # by what is kept under each key
    if function.name == "<module>" or is_shared:
        return ""
    return "in a dictionary" if any(one.how in _CONTAINERS and _is_keyed(one.node) for one in verdict.handovers) else ""


def _is_keyed(place: cst.CSTNode | None) -> bool:
    """Whether something is put under a key that is not written out: one of those is one place, not one for each of many."""
    match place:
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            return not isinstance(key, cst.SimpleString | cst.Integer)
        case cst.Call(func=cst.Attribute(attr=cst.Name("setdefault")), args=[cst.Arg(value=key), *_]):
            return not isinstance(key, cst.SimpleString | cst.Integer)
    return False


RULE = Rule(
    code="HTL906",
    name="unbounded-client-cache",
    summary="a keyed cache of clients without a bound",
    check=check,
    strength=94,
    default=False,
)
