"""A pool size that threads may exceed, because the pool does not block.

## Problem

`pool_maxsize` of `requests` and `maxsize` of `urllib3` say how many idle connections are kept, not how many may be open. Here
such a size was given, the pool does not block, and more threads use it than it has places.

## Why it matters

Threads that find no idle connection open one. Forty threads on `HTTPAdapter(pool_maxsize=10)` had 40 sockets open at once;
those that the pool had no place for were closed after one request, so that 80 requests took 70 connections. With
`pool_block=True` they were 10. Nothing is printed: "Connection pool is full, discarding connection" is a log record.

## Bad

```python
from concurrent.futures import ThreadPoolExecutor

import requests
from requests.adapters import HTTPAdapter


def mirror(urls):
    with requests.Session() as session, ThreadPoolExecutor(max_workers=40) as pool:
        session.mount("https://", HTTPAdapter(pool_maxsize=10))  # HTL402
        return [reply.content for reply in pool.map(session.get, urls)]
```

## Good

```python
from concurrent.futures import ThreadPoolExecutor

import requests
from requests.adapters import HTTPAdapter


def mirror(urls):
    with requests.Session() as session, ThreadPoolExecutor(max_workers=40) as pool:
        session.mount("https://", HTTPAdapter(pool_maxsize=10, pool_block=True))
        return [reply.content for reply in pool.map(session.get, urls)]
```

```python
from concurrent.futures import ThreadPoolExecutor

import urllib3

WORKERS = 16


def mirror(urls):
    with urllib3.PoolManager(maxsize=WORKERS) as manager, ThreadPoolExecutor(max_workers=WORKERS) as pool:
        return [reply.data for reply in pool.map(lambda url: manager.request("GET", url), urls)]
```

## When it is silent

- The file starts no threads.
- No size is given, or the pool blocks, or whether it blocks cannot be seen.
- The pool has a place for each thread: the numbers say so (a `Thread` that no loop makes is one thread), or the size is written
  as the number of threads is, or as no less than that.

## Fix and its safety

Make the pool block. Unsafe: threads then wait for one another, for ever by default, and each response that is dropped unread
takes a place away for good. Where connections are cheap, a size as large as the number of threads is the other cure.

## References

- <https://urllib3.readthedocs.io/en/stable/advanced-usage.html#customizing-pool-behavior>
- <https://requests.readthedocs.io/en/latest/api/#requests.adapters.HTTPAdapter>
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.events import Acquisition
from flake8_httpleak.rules.base import Finding, Rule, written
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.hosts import values_in
from flake8_httpleak.rules.pools import bound, flag, given, number, pool_finding


def check(facts: Facts) -> Iterator[Finding]:
    """Find sizes of non-blocking pools in files that use them from threads."""
    sized = [one for one in facts.constructions if _is_not_enforced(one)]
    if not sized:
        return
    for acquisition in sized:
        found = bound(acquisition, "kept")
        block = bound(acquisition, "block")
        if found is None or block is None:
            continue
        size, covered = number(given(acquisition, found)), _covered(acquisition, found.parameter)
        threads = _workers(facts, acquisition)
        if any(how not in covered and (count is None or count > (1 if size is None else size)) for count, how in threads):
            yield pool_finding(
                RULE,
                acquisition,
                Level.HINT,
                f"'{found.parameter}' of '{written(acquisition.callee)}' bounds idle connections only; "
                f"add '{block.parameter}=True'",
            )


def _workers(facts: Facts, acquisition: Acquisition) -> list[tuple[int | None, str]]:
    """The threads that the function starts which makes the pool; if it starts none, those of the file."""
    spans = [(unit.first, unit.last) for unit in acquisition.function.units if acquisition.function.name != "<module>"]
    own = [one for one in facts.workers if any(first <= one[2] <= last for first, last in spans)]
    return [(count, how) for count, how, _ in own or facts.workers]


def _covered(acquisition: Acquisition, parameter: str) -> set[str]:
    """How the size is written, and what it is no smaller than, to compare it with numbers of threads that are written so."""
    function = acquisition.function.node
    waiting = [arg.value for arg in acquisition.args if arg.keyword is not None and arg.keyword.value == parameter]
    found: set[str] = set()
    while waiting:
        size = waiting.pop()
        match size:
            case cst.Call(func=cst.Name(value="max")):
                waiting += [arg.value for arg in size.args]
            case cst.BinaryOperation(operator=cst.Add()):
                waiting += [size.left, size.right]
            case cst.Name(value=name) if function is not None and name not in found:
                assigned = values_in(function, name)
                waiting += assigned if len(assigned) == 1 else []
        found.add(written(size))
    return found


def _is_not_enforced(acquisition: Acquisition) -> bool:
    kept, block = bound(acquisition, "kept"), bound(acquisition, "block")
    return kept is not None and block is not None and given(acquisition, kept) is not None and flag(acquisition, block) is False


RULE = Rule(
    code="HTL402",
    name="pool-size-not-enforced",
    summary="a pool size without blocking, used from threads",
    check=check,
)
