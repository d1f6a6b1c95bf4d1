"""Response objects that are kept hold their connections open.

## Problem

A response of `requests.get()` has been read, and yet it holds its connection: it knows the pool that the connection went
back to, and the pool of a single call is closed only when it is freed. Here such responses are collected in a loop, or kept
in something that lives as long as the module or an object, be it the cache of a function.

## Why it matters

`[requests.get(url) for url in urls]` holds as many sockets as there are addresses: 30 of 30. Closing does not help; after
`close()` on each of them it was still 30. With one shared session it was 1, with the texts in the list 0. A cache of
responses grows by one open socket for every entry.

## Bad

```python
import requests

CACHE = {}


def page(url):
    if url not in CACHE:
        CACHE[url] = requests.get(url, timeout=10)  # HTL107
    return CACHE[url].text
```

```python
import requests


def pages(urls):
    responses = [requests.get(url, timeout=10) for url in urls]  # HTL107
    return {response.url: response.text for response in responses if response.ok}
```

## Good

```python
import requests

CACHE = {}


def page(url):
    if url not in CACHE:
        CACHE[url] = requests.get(url, timeout=10).text
    return CACHE[url]
```

```python
import requests


def pages(urls):
    with requests.Session() as session:
        responses = [session.get(url, timeout=10) for url in urls]
    return {response.url: response.text for response in responses if response.ok}
```

## When it is silent

- What is kept is the text, the parsed data or the status.
- The requests go through one session: its responses share one pool.
- The response is kept under a local name, in one field, in a local container that no loop fills, or in a queue.
- The library's responses let their connection go once they are read: `httpx`, `aiohttp`, `urllib`.

## Fix and its safety

None: which data to keep, or whether cookies may go from one request to the next in a shared session, is for the author to
say.

## References

- <https://requests.readthedocs.io/en/latest/user/advanced/#session-objects>
- <https://requests.readthedocs.io/en/latest/user/advanced/#keep-alive>
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_httpleak.diagnostics import Level, Reclaim
from flake8_httpleak.ownership.verdicts import Verdict
from flake8_httpleak.ownership.walks import Handover
from flake8_httpleak.rules.base import Finding, Place, Rule
from flake8_httpleak.rules.caches import keeps_by_key
from flake8_httpleak.rules.facts import Facts
from flake8_httpleak.rules.wording import thing

_KEEPERS = frozenset({"global", "class attribute", "field container", "module container", "container filled in a loop"})


def check(facts: Facts) -> Iterator[Finding]:
    """Find responses that were read and whose connections stay open because the response objects are kept."""
    for verdict in facts.verdicts:
        if verdict.kind.role != "pinned":
            continue
        kept = _kept(verdict)
        if kept is None:
            continue
        acquisition = verdict.acquisition
        places = (Place(kept.node, kept.function),) if kept.node is not None else ()
        where = " at line {0}" if places else ""
        yield Finding(
            rule=RULE,
            at=Place(acquisition.node, acquisition.function),
            message=f"{thing(acquisition)} is kept{where} and holds its connection open; keep its data, or use one session",
            level=Level.HINT,
            reclaim=Reclaim.COLLECTOR,
            places=places,
            resource=id(acquisition.node),
            library=acquisition.kind.library,
        )


def _kept(verdict: Verdict) -> Handover | None:
    keepers = _KEEPERS | {"returned"} if keeps_by_key(verdict) else _KEEPERS
    return next((one for one in verdict.handovers if one.how in keepers), None)


RULE = Rule(
    code="HTL107",
    name="response-object-retained",
    summary="response objects that are kept hold their connections open",
    check=check,
    strength=50,
)
