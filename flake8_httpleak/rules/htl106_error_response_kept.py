"""An `HTTPError` that is an open response is stored.

## Problem

When `urlopen` gets a status of 400 or above it raises `HTTPError`, and that exception is the response: it has the headers,
the body and the socket. Here it is put into something that outlives the handler while it is open.

## Why it matters

A report of what failed holds one socket for each failure: 30 kept errors held 30 sockets, after a collection too, and none
once they were read or closed. A server that is down for an hour is enough to run out of file descriptors.

## Bad

```python
import urllib.error
import urllib.request


def fetch_all(urls):
    pages, failed = {}, {}
    for url in urls:
        try:
            with urllib.request.urlopen(url, timeout=10) as response:  # HTL106
                pages[url] = response.read()
        except urllib.error.HTTPError as error:
            failed[url] = error
    return pages, failed
```

## Good

```python
import urllib.error
import urllib.request


def fetch_all(urls):
    pages, failed = {}, {}
    for url in urls:
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                pages[url] = response.read()
        except urllib.error.HTTPError as error:
            with error:
                failed[url] = f"{error.code} {error.reason}"
    return pages, failed
```

## When it is silent

- The error is read to its end or closed before it is stored.
- It goes with its handler: it is logged, counted, or raised again to a caller that is not in this file.
- Its text, its code or its headers are stored, not the error.
- The library's errors hold no socket.

## Fix and its safety

None: what to keep of an error is for the author to say.

## References

- <https://docs.python.org/3/library/urllib.error.html#urllib.error.HTTPError>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level, Reclaim
from flake8_httpleak.ownership.verdicts import kept_error
from flake8_httpleak.rules.base import Finding, Place, Rule, written
from flake8_httpleak.rules.facts import Facts


def check(facts: Facts) -> Iterator[Finding]:
    """Find exceptions that are open responses and are stored."""
    for verdict in facts.errors:
        node = kept_error(verdict)
        if node is None:
            continue
        acquisition = verdict.acquisition
        yield Finding(
            rule=RULE,
            at=Place(acquisition.node, acquisition.function),
            message=f"error of '{written(acquisition.callee)}' is an open response, kept at line {{0}}; keep its text",
            level=Level.PATH,
            reclaim=Reclaim.COLLECTOR,
            places=(Place(node, acquisition.function),),
            resource=("error", id(acquisition.node)),
            library=acquisition.kind.library,
            steps=(
                (Place(acquisition.node, acquisition.function), "raises an open response"),
                (Place(node, acquisition.function), "kept"),
            ),
        )


RULE = Rule(
    code="HTL106",
    name="error-response-kept",
    summary="an `HTTPError` that is an open response is stored",
    check=check,
    strength=12,
)
