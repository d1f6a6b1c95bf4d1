"""A one-shot connection that only its response or a header was to close.

## Problem

A connection of `http.client` was used for one exchange, and the only thing that could end it is its response being read or
closed, or a header `Connection: close`. Neither closes the connection.

## Why it matters

HTTP/1.1 connections persist unless somebody says otherwise, so each stays ESTABLISHED: 30 calls, 30 sockets, for as long as
the connection objects live, although every response was read to its end and closed. The header is a request to the server. A
server that answers in kind ends the connection; one that does not, leaves it open.

## Bad

```python
import http.client


def ping(host):
    connection = http.client.HTTPSConnection(host, timeout=5)  # HTL501
    connection.request("GET", "/ping")
    response = connection.getresponse()
    try:
        return response.read()
    finally:
        response.close()
```

```python
import http.client


def report(host, body):
    connection = http.client.HTTPConnection(host, timeout=5)  # HTL501
    connection.request("POST", "/report", body, headers={"Connection": "close"})
    return connection.getresponse().status
```

## Good

```python
import http.client
from contextlib import closing


def ping(host):
    with closing(http.client.HTTPSConnection(host, timeout=5)) as connection:
        connection.request("GET", "/ping")
        return connection.getresponse().read()
```

## When it is silent

- The connection is closed on some path; if others miss that, HTL202 and HTL203 say so.
- Nothing was closed and no header sent: that is HTL201.
- The connection is returned, stored or given away.

## Fix and its safety

Wrap the uses in `contextlib.closing`, or close in `finally`. Safe where the connection does not leave the block.

## References

- <https://docs.python.org/3/library/http.client.html#http.client.HTTPConnection.close>
- <https://www.rfc-editor.org/rfc/rfc9112#section-9.3>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.verdicts import Outcome, Verdict
from flake8_httpleak.rules.base import Finding, Rule
from flake8_httpleak.rules.cures import cure
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import lost, thing


def check(facts: Facts) -> Iterator[Finding]:
    """Find connections of which only the response is closed, or that only ask the server to close."""
    for verdict in facts.clients:
        why = _why(verdict)
        if why and verdict.outcome is Outcome.ALWAYS:
            yield lost(RULE, verdict, Level.SURE, f"{thing(verdict.acquisition)} stays open: {why}; {cure(verdict)}")


def _why(verdict: Verdict) -> str:
    if verdict.kind.role != "connection":
        return ""
    if verdict.has("view closed"):
        return "closing its response does not close it"
    if verdict.has("close header"):
        return "the header only asks the server to close"
    return ""


RULE = Rule(
    code="HTL501",
    name="connection-left-open",
    summary="a connection of which only the response is closed, or that relies on `Connection: close`",
    check=check,
    strength=19,
)
