"""A client that some path loses.

## Problem

One path through the function closes the client, and another leaves it open: a return before the closing, a branch that
forgets it, a loop that makes the next one before the last is closed.

## Why it matters

The path that nobody thought of is the one that is taken when something is wrong, and then again and again. 15 dropped
clients of `elasticsearch` held 15 sockets until the cycle collector ran, and so did 15 of `openai`. A websocket of
`websockets.sync` is not even freed then.

## Bad

```python
from elasticsearch import Elasticsearch


def count(host, index):
    client = Elasticsearch(host)  # HTL202
    if not client.ping():
        return 0
    reply = client.count(index=index)
    client.close()
    return int(reply["count"])
```

## Good

```python
from elasticsearch import Elasticsearch


def count(host, index):
    with Elasticsearch(host) as client:
        if not client.ping():
            return 0
        reply = client.count(index=index)
        return int(reply["count"])
```

## When it is silent

- Every path closes the client or hands it to somebody else.
- On the other path no request went through it: such a client holds no connection yet.
- The other path is one on which there is no client (`if own: client.close()`), or the process ends.
- Its library closes it by itself: pools of `urllib3` have a finalizer, and clients of `boto3` hold such pools.

## Fix and its safety

Wrap the uses in `with` or `async with`. Safe where the client is used in one block and does not leave it. There is no fix
where the client goes on living on some path.

## References

- <https://elasticsearch-py.readthedocs.io/>
- <https://docs.python.org/3/reference/compound_stmts.html#the-with-statement>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level
from flake8_httpleak.ownership.verdicts import Outcome
from flake8_httpleak.rules.base import Finding, Rule
from flake8_httpleak.rules.cures import cure
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import lost, thing


def check(facts: Facts) -> Iterator[Finding]:
    """Find clients that are lost on some normal paths only."""
    for verdict in facts.clients:
        if verdict.outcome is Outcome.SOMETIMES and not verdict.is_pending:
            yield lost(RULE, verdict, Level.PATH, f"{thing(verdict.acquisition)} is not closed {{way}}; {cure(verdict)}")


RULE = Rule(
    code="HTL202",
    name="client-lost-on-some-path",
    summary="a client is lost on some path",
    check=check,
    strength=40,
)
